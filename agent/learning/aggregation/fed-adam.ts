import { checkUpdates, finite, invalidOption, positive } from './checks.ts'
import type { Vector } from './rule.ts'

const BETA1 = 0.9
const BETA2 = 0.99
const TAU = 1e-3

/** What the server remembers from round to round: running means of the aggregate and of its square. */
export interface FedAdamState {
  m: Float64Array
  v: Float64Array
}

/** The server's settings; defaults as in the paper's experiments. */
export interface FedAdamOptions {
  /** η, the server's learning rate. */
  rate: number
  /** β₁, how much of the running mean stays; from 0 to below 1. Default: 0.9. */
  beta1?: number | undefined
  /** β₂, the same of the squares. Default: 0.99. */
  beta2?: number | undefined
  /** τ, how far coordinates may be adapted: the smaller, the more. Default: 0.001. */
  tau?: number | undefined
}

/**
 * FedAdam: the server's step, with a rate for each coordinate, from the aggregate of a round by any rule. There is no
 * correction of the bias of the first rounds: the squares begin at τ² instead.
 *
 * Source: Reddi et al., "Adaptive federated optimization" (2021), algorithm 2.
 *
 * @param aggregate of the round's updates, each the model after training less that before
 * @param state what the round before returned; undefined in the first
 * @returns what is added to the model, and the state for the next round
 * @throws ConfigError `UPDATES_INVALID` for an aggregate that is none; `OPTION_INVALID` for a setting out of range or a state
 *   of another model; `AGGREGATE_OVERFLOW` where a square exceeds float64
 *
 * @example
 * ```ts
 * const first = fedAdam(Float64Array.of(0.5), undefined, { rate: 0.01 })
 * const second = fedAdam(Float64Array.of(0.4), first.state, { rate: 0.01 })
 * ```
 */
export function fedAdam(
  aggregate: Vector,
  state: FedAdamState | undefined,
  options: FedAdamOptions,
): { step: Float64Array; state: FedAdamState } {
  checkUpdates([aggregate])
  const rate = positive('rate', options.rate)
  const beta1 = decay('beta1', options.beta1 ?? BETA1)
  const beta2 = decay('beta2', options.beta2 ?? BETA2)
  const tau = positive('tau', options.tau ?? TAU)
  const { length } = aggregate
  const m = Float64Array.from(state?.m ?? new Float64Array(length))
  const v = Float64Array.from(state?.v ?? new Float64Array(length).fill(tau ** 2))
  if (m.length !== length || v.length !== length) {
    throw invalidOption('state', `${length} values, as the aggregate has`, `${m.length} and ${v.length}`)
  }
  const step = new Float64Array(length)
  for (const [i, delta] of aggregate.entries()) {
    m[i] = beta1 * (m[i] ?? 0) + (1 - beta1) * delta
    v[i] = beta2 * (v[i] ?? 0) + (1 - beta2) * delta ** 2
    step[i] = (rate * (m[i] ?? 0)) / (Math.sqrt(v[i] ?? 0) + tau)
  }
  finite(v)
  return { step: finite(step), state: { m, v } }
}

function decay(field: string, value: number): number {
  if (value >= 0 && value < 1) return value
  throw invalidOption(field, 'a number from 0 to below 1', value)
}
