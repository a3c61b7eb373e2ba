/** `unknown`: it could not be checked, which is no reason to doubt, and none to trust. */
export type Outcome = 'ok' | 'failed' | 'unknown'

/** One thing that was checked, and what came of it. */
export interface Check {
  name: string
  outcome: Outcome
  detail: string
}

/** `failed` where anything failed, `ok` where all held, otherwise `unknown`. */
export function verdictOf(checks: readonly Check[]): Outcome {
  if (checks.some(({ outcome }) => outcome === 'failed')) return 'failed'
  return checks.length > 0 && checks.every(({ outcome }) => outcome === 'ok') ? 'ok' : 'unknown'
}
