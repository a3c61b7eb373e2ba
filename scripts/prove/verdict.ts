import { WITNESS } from './harness.ts'

/** A message of the compiler, as far as it matters here. */
export interface Diagnostic {
  severity: 'error' | 'warning' | 'info'
  message: string
  sourceLocation?: { file: string; start: number; end: number }
  secondarySourceLocations?: { message: string }[]
}

/** What became of a property. */
export interface Verdict {
  outcome: 'proved' | 'refuted' | 'unknown'
  /** The values that refute it, or why it is unknown. */
  detail: string
}

const SAFE = 'check is safe'
const VIOLATED = 'happens here'
/** The engines' words for what they checked and what came of it. */
const RESULT = /^(?:BMC|CHC): (.+?) (check is safe|happens here|might happen here)/

/** The values of a counterexample; of all variables that an engine lists, those that the harness names. */
function counterexample({ message, secondarySourceLocations = [] }: Diagnostic, source: string): string {
  const code = source.replaceAll(/^(?:\/\/|import).*/gm, '')
  const texts = [message, ...secondarySourceLocations.map((location) => location.message)]
  const values = texts.join('\n').matchAll(/\b(\w+) = ([^\s,]+)/g)
  const named = [...values].filter(([, name]) => new RegExp(`(?<![.\\w])${name}\\b`).test(code))
  return [...new Set(named.map(([value]) => value))].join(', ')
}

/**
 * What the compiler's messages say of a property.
 * @param diagnostics all of them, from a run on one harness with its witness
 * @param source what was compiled
 * @returns proved only when every check is safe, the assertion is among them, and the witness is refuted
 */
export function judge(diagnostics: readonly Diagnostic[], source: string): Verdict {
  const failure = diagnostics.find(
    ({ severity, message }) => severity === 'error' || message.includes('Error during interaction with'),
  )
  if (failure !== undefined) return { outcome: 'unknown', detail: failure.message }
  const results = diagnostics.flatMap((diagnostic) => {
    const [, target = '', outcome] = RESULT.exec(diagnostic.message) ?? []
    const { start, end } = diagnostic.sourceLocation ?? {}
    const isWitness = source.slice(start, end) === WITNESS
    return outcome === undefined ? [] : [{ target, outcome, isWitness, diagnostic }]
  })
  const checks = results.filter(({ isWitness }) => !isWitness)
  const violated = checks.find(({ outcome }) => outcome === VIOLATED)
  if (violated !== undefined) {
    return {
      outcome: 'refuted',
      detail: `${violated.target}: ${counterexample(violated.diagnostic, source)}`,
    }
  }
  const open = checks.find(({ outcome }) => outcome !== SAFE)
  if (open !== undefined) return { outcome: 'unknown', detail: open.diagnostic.message }
  if (!checks.some(({ target }) => target === 'Assertion violation')) {
    return { outcome: 'unknown', detail: 'no assertion was checked' }
  }
  const witnesses = results.filter(({ isWitness }) => isWitness)
  if (witnesses.length === 0 || witnesses.some(({ outcome }) => outcome !== VIOLATED)) {
    return { outcome: 'unknown', detail: 'nothing is known to get to the assertion' }
  }
  return { outcome: 'proved', detail: '' }
}
