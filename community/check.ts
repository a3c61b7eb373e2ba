/** One thing that has to be true of a market, and, when it is not, in which way. */
export interface Check {
  name: string
  fault: string | undefined
}

/** In which way two figures differ; undefined when they do not. */
export function differs(
  what: string,
  expected: number | bigint,
  received: number | bigint,
): string | undefined {
  return expected === received ? undefined : `${what}: expected ${expected}, received ${received}`
}

/** First fault among the items. */
export function first<T>(
  items: readonly T[],
  fault: (item: T, index: number) => string | undefined,
): string | undefined {
  for (const [index, item] of items.entries()) {
    const found = fault(item, index)
    if (found !== undefined) return found
  }
  return undefined
}

/** Whether each holds, for programs. */
export function checksByName(checks: readonly Check[]): Record<string, boolean> {
  return Object.fromEntries(checks.map(({ name, fault }) => [name, fault === undefined]))
}

/** Whether each holds, for people. */
export function checksInWords(checks: readonly Check[]): string {
  return checks.map(({ name, fault }) => `${name}: ${fault === undefined ? 'yes' : 'NO'}`).join(', ')
}
