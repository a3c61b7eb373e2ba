/**
 * The number in what a meter publishes: a plain one, or a member of JSON.
 *
 * @param path members of JSON from the outside in, with dots between them and places of lists as numbers; '' for a payload
 *   that is the number
 * @returns undefined when there is none
 *
 * @example
 * ```ts
 * numberIn('{"ENERGY":{"Total":12.5}}', 'ENERGY.Total') // 12.5: Tasmota
 * numberIn('{"emeters":[{"total":"340.1"}]}', 'emeters.0.total') // 340.1: Shelly
 * ```
 */
export function numberIn(payload: string, path: string): number | undefined {
  const parsed = path === '' ? payload : memberOf(jsonOf(payload), path.split('.'))
  if (typeof parsed === 'number') return parsed
  if (typeof parsed !== 'string') return undefined
  const text = parsed.trim()
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : undefined
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function memberOf(value: unknown, [key, ...rest]: readonly string[]): unknown {
  if (key === undefined) return value
  const isMember = typeof value === 'object' && value !== null && Object.hasOwn(value, key)
  return isMember ? memberOf((value as Record<string, unknown>)[key], rest) : undefined
}
