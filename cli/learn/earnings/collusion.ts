/**
 * The probability that those who collude have more than half of a panel.
 *
 * Seats are drawn without replacement, so of a finite number of lots it is lower; this is the bound for many.
 *
 * @param part of the lots that collude, from 0 to 1
 * @param panel seats
 *
 * @example
 * ```ts
 * collusionProbability(0.2, 5) // 0.05792: P(X > 2.5), X binomial of 5 and 0.2
 * ```
 */
export function collusionProbability(part: number, panel: number): number {
  let [probability, total] = [(1 - part) ** panel, 0]
  for (let seats = 0; seats <= panel; seats++) {
    if (2 * seats > panel) total += probability
    probability *= ((panel - seats) / (seats + 1)) * (part / (1 - part))
  }
  return total
}

/** For a few parts and sizes. */
export const collusion = [0.1, 0.2, 0.3].map((part) => ({
  part,
  decided: [5, 9, 15].map((panel) => ({ panel, probability: collusionProbability(part, panel) })),
}))
