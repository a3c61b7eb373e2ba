import { type Aggregate, epsilonOf, locallyPrivate, privateMean, seededBytes } from '../../agent/index.ts'
import { ConfigError } from '../../protocol/errors.ts'

/** Options of a simulation in which updates are hidden by noise. */
export interface PrivacyOptions {
  noise?: number
  clip?: number
  delta?: number
  rate?: number
  local?: boolean
}

interface RunOptions extends PrivacyOptions {
  clients: number
  byzantine: number
  rule: string
  rounds: number
  seed: number
}

/** What is promised of a run, and by which noise. */
export interface PrivacyReport {
  where: 'central' | 'local'
  clip: number
  noise: number
  rate: number
  delta: number
  epsilon: number
}

export interface SimulatedPrivacy {
  rule: Aggregate
  report: PrivacyReport
}

const DELTA = 1e-5

/**
 * How the options hide updates; undefined where they do not.
 *
 * @throws ConfigError `OPTION_MISSING`, `OPTION_UNUSED` for options that do not go together,
 *   `DELTA_TOO_LARGE` when the promise may fail for one of so many clients
 */
export function privacyOf(options: RunOptions, rule: Aggregate): SimulatedPrivacy | undefined {
  const { noise, clip, delta = DELTA, rate = 1, local = false, clients, rounds, seed } = options
  if (noise === undefined) {
    const idle = (['clip', 'delta', 'rate', 'local'] as const).find((name) => options[name] !== undefined)
    if (idle !== undefined) throw unused(`--${idle}`, 'with --noise', 'no --noise')
    return undefined
  }
  if (clip === undefined) {
    throw new ConfigError('OPTION_MISSING', 'Noise hides only what is clipped.', {
      field: '--clip',
      expected: 'a norm, such as 0.5',
      received: 'nothing',
      remedy: 'Say to which norm updates are clipped.',
    })
  }
  if (delta * clients >= 1) {
    throw new ConfigError('DELTA_TOO_LARGE', 'Such a delta is kept by telling all of one client.', {
      field: '--delta',
      expected: `far below 1 / ${clients}, the number of clients`,
      received: delta,
      remedy: 'Take a smaller one, such as 1e-5.',
    })
  }
  const means = { clip, noiseMultiplier: noise, random: seededBytes(seed) }
  const report = { where: local ? ('local' as const) : ('central' as const), clip, noise, rate, delta }
  if (local) {
    if (options.rate !== undefined)
      throw unused('--rate', 'without --local: who takes part is seen', '--local')
    if (options.byzantine > 0)
      throw unused('--byzantine', '0 with --local: who attacks would not clip', options.byzantine)
    const { epsilon } = epsilonOf({ noiseMultiplier: noise / 2, rounds }, delta)
    return { rule: locallyPrivate(rule, means), report: { ...report, epsilon } }
  }
  if (options.rule !== 'mean')
    throw unused('--rule', 'mean, which one update moves by no more than its norm', options.rule)
  const { epsilon } = epsilonOf({ noiseMultiplier: noise, samplingRate: rate, rounds }, delta)
  return { rule: privateMean({ ...means, samplingRate: rate }), report: { ...report, epsilon } }
}

/** What is promised of a run, in a line. */
export function privacyText({ where, clip, noise, rate, delta, epsilon }: PrivacyReport): string {
  const taken = rate === 1 ? '' : `, clients sampled by ${rate}`
  return `epsilon ${epsilon.toFixed(2)} for a delta of ${delta}, ${where}: norm ${clip}, noise ${noise}${taken}`
}

function unused(field: string, expected: string, received: unknown): ConfigError {
  return new ConfigError('OPTION_UNUSED', 'The options of privacy do not go together.', {
    field,
    expected,
    received,
    remedy: `Leave ${field} out, or say what is expected.`,
  })
}
