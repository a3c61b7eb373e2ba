import { uniformDraws } from '../../market/uniform-draws.ts'
import type { Aggregate } from '../aggregation/index.ts'
import type { Attack } from '../attacks/attack.ts'
import { addScaled, notFinite } from '../kernels.ts'
import { checkOption } from '../models/checks.ts'
import type { Examples, Model } from '../models/index.ts'
import { derivedSeed, permutation } from '../random.ts'
import { type LocalTraining, train } from './local.ts'

/** Clients that train a model together. */
export interface Federation {
  model: Model
  /** Parameters of the global model before the first round. */
  start: Float32Array
  /** The examples of each client. */
  clients: readonly Examples[]
  /** How many clients, the last ones, attack; fewer than half. */
  byzantine: number
  attack: Attack
  /** Gets the number of attackers as `f`, and a new sequence for buckets in each round. */
  rule: Aggregate
  local: LocalTraining
  /** Any integer; the same one gives the same rounds. */
  seed: number
}

/** What a round came to. */
export interface Round {
  /** Of the global model, all of them finite. */
  parameters: Float32Array
  /** Whether an update or the aggregate was not finite, so that the model stayed as it was. */
  isVoid: boolean
}

/**
 * Rounds of federated learning, one after the other and without an end: every client trains the global model on its own
 * examples and sends by how much its parameters changed, the attackers what they like; the aggregate is added to the model.
 *
 * Source: McMahan et al., "Communication-efficient learning of deep networks from decentralized data" (AISTATS 2017),
 * algorithm 1, with all clients in each round and a server's learning rate of 1.
 *
 * @throws ConfigError `OPTION_INVALID` unless the attackers are fewer than half of the clients; what `train` throws; what
 *   the rule does
 *
 * @example
 * ```ts
 * for (const { parameters } of federatedRounds(federation)) {
 *   if (accuracy(federation.model, parameters, test) > 0.9) break
 * }
 * ```
 */
export function* federatedRounds(federation: Federation): Generator<Round, never> {
  const { model, clients, byzantine, attack, rule } = federation
  const count = clients.length
  const isMinority = Number.isInteger(byzantine) && byzantine >= 0 && 2 * byzantine < count
  checkOption('byzantine', byzantine, isMinority, `an integer from 0 to below half of ${count} clients`)
  const honest = count - byzantine
  const examples = clients.map((own, client) => (client < honest ? own : (attack.poison?.(own) ?? own)))
  const numExamples = clients.map((own) => own.rows)
  let parameters = federation.start
  let lastChange: Float32Array = new Float32Array(model.size)
  for (let round = 0; ; round++) {
    const updates = examples.map((own, client) => updateOf(federation, parameters, own, [round, client]))
    const view = { honest: updates.slice(0, honest), own: updates.slice(honest), lastChange }
    const corrupted = byzantine > 0 ? attack.corrupt?.(view) : undefined
    const sent = [...view.honest, ...(corrupted ?? view.own)]
    const bucketOrder = [...permutation(count, uniformDraws(derivedSeed(federation.seed, round, count)))]
    const change = sent.every(areFinite)
      ? Float32Array.from(rule(sent, { f: byzantine, numExamples, bucketOrder }))
      : undefined
    const next = change && sum(parameters, change)
    const isVoid = change === undefined || next === undefined || !areFinite(next)
    if (!isVoid) [parameters, lastChange] = [next, change]
    yield { parameters, isVoid }
  }
}

/** By how much a client's parameters change in a round. */
function updateOf(
  { model, local, seed }: Federation,
  parameters: Float32Array,
  examples: Examples,
  path: readonly [round: number, client: number],
): Float32Array {
  const update = train(model, parameters, examples, local, uniformDraws(derivedSeed(seed, ...path)))
  addScaled(-1, parameters, update)
  return update
}

function sum(a: Float32Array, b: Float32Array): Float32Array {
  const total = a.slice()
  addScaled(1, b, total)
  return total
}

function areFinite(values: Float32Array): boolean {
  return notFinite(values) < 0
}
