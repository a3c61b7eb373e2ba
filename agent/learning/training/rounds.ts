import { uniformDraws } from '../../market/uniform-draws.ts'
import type { Aggregate } from '../aggregation/index.ts'
import { pick } from '../aggregation/mean.ts'
import type { Attack } from '../attacks/attack.ts'
import { addScaled, notFinite } from '../kernels.ts'
import { checkLength, checkOption } from '../models/checks.ts'
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
  /** Part of the clients that is drawn for each round, at least one of them: by default all. Attackers come only where all do. */
  fraction?: number | undefined
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
  /** How many updates were left out, because a value was not finite. */
  refused: number
  /** Whether nothing came of it, so that the model stayed as it was: no update was left, or the sum was not finite. */
  isVoid: boolean
}

/** What a client does in a round. */
export interface LocalTask {
  /** Its place among the clients. */
  client: number
  /** What it trains on, which an attacker may have poisoned. */
  examples: Examples
  /** Of its own draws. */
  seed: number
}

/** A round that waits for its updates, from whoever computes them. */
export interface OpenRound<R = Round> {
  /** Of the global model. */
  parameters: Float32Array
  tasks: readonly LocalTask[]
  /** Ends the round. @param updates one for each task, in their sequence. @throws what the rule does */
  close(updates: readonly Float32Array[]): R
}

/**
 * Rounds of federated learning, one after the other and without an end: every client trains the global model on its own
 * examples and sends by how much its parameters changed, the attackers what they like; the aggregate is added to the model.
 *
 * Source: McMahan et al., "Communication-efficient learning of deep networks from decentralized data" (AISTATS 2017),
 * algorithm 1, with a server's learning rate of 1.
 *
 * @throws ConfigError `OPTION_INVALID` unless the attackers are fewer than half of the clients, and the fraction is above 0 and
 *   at most 1, and 1 with attackers; what `train` throws; what the rule does
 *
 * @example
 * ```ts
 * for (const { parameters } of federatedRounds(federation)) {
 *   if (accuracy(federation.model, parameters, test) > 0.9) break
 * }
 * ```
 */
export function* federatedRounds(federation: Federation): Generator<Round, never> {
  for (const rounds = openRounds(federation); ; ) {
    const { parameters, tasks, close } = rounds.next().value
    yield close(tasks.map(({ examples, seed }) => localUpdate(federation, parameters, examples, seed)))
  }
}

/**
 * The rounds of {@link federatedRounds} for those who let others compute the updates, such as threads: each has to be closed
 * before the next is asked for.
 *
 * @throws as it does
 */
export function* openRounds(federation: Federation): Generator<OpenRound, never> {
  const { model, clients, byzantine, fraction = 1 } = federation
  const count = clients.length
  const isMinority = Number.isInteger(byzantine) && byzantine >= 0 && 2 * byzantine < count
  checkOption('byzantine', byzantine, isMinority, `an integer from 0 to below half of ${count} clients`)
  const isPart = fraction > 0 && fraction <= 1 && (byzantine === 0 || fraction === 1)
  checkOption('fraction', fraction, isPart, byzantine === 0 ? 'above 0, and at most 1' : '1, with attackers')
  const examples = trainedOn(federation)
  let parameters = federation.start
  let lastChange: Float32Array = new Float32Array(model.size)
  for (let round = 0; ; round++) {
    const tasks = clientsOf(federation, round).flatMap((client) => {
      const own = examples[client]
      return own ? [{ client, examples: own, seed: derivedSeed(federation.seed, round, client) }] : []
    })
    const numExamples = tasks.map(({ examples }) => examples.rows)
    let isOpen = true
    yield {
      parameters,
      tasks,
      close(updates) {
        checkLength('updates', updates, tasks.length)
        isOpen = false
        const sent = corrupted(federation, updates, lastChange)
        const bucketOrder = permutation(count, uniformDraws(derivedSeed(federation.seed, round, count)))
        const change = changeOf(federation, sent, numExamples, [...bucketOrder])
        const next = change && sum(parameters, change)
        const isVoid = next === undefined || change === undefined || !areFinite(next)
        if (!isVoid) [parameters, lastChange] = [next, change]
        return { parameters, refused: sent.filter((update) => !areFinite(update)).length, isVoid }
      },
    }
    if (isOpen) throw new Error('the round before was not closed')
  }
}

/** What each client trains on: attackers may poison theirs. */
function trainedOn({ clients, byzantine, attack }: Federation): Examples[] {
  const honest = clients.length - byzantine
  return clients.map((own, client) => (client < honest ? own : (attack.poison?.(own) ?? own)))
}

/**
 * By how much a client's parameters change in a round.
 *
 * @param parameters of the global model
 * @param examples of the client
 * @param seed of its task
 * @throws what `train` throws
 */
export function localUpdate(
  { model, local }: Pick<Federation, 'model' | 'local'>,
  parameters: Float32Array,
  examples: Examples,
  seed: number,
): Float32Array {
  const update = train(model, parameters, examples, local, uniformDraws(seed))
  addScaled(-1, parameters, update)
  return update
}

/** The clients of a round, in ascending order. */
function clientsOf({ clients, fraction = 1, seed }: Federation, round: number): number[] {
  const all = clients.map((_, client) => client)
  if (fraction === 1) return all
  const wanted = Math.max(1, Math.round(fraction * all.length))
  const order = permutation(all.length, uniformDraws(derivedSeed(seed, round, all.length + 1)))
  return [...order.subarray(0, wanted)].sort((a, b) => a - b)
}

/** What is sent: the attackers, who are the last, send what they like. */
function corrupted(
  { byzantine, attack }: Federation,
  updates: readonly Float32Array[],
  lastChange: Float32Array,
): readonly Float32Array[] {
  if (byzantine === 0) return updates
  const honest = updates.slice(0, updates.length - byzantine)
  const own = updates.slice(honest.length)
  return [...honest, ...(attack.corrupt?.({ honest, own, lastChange }) ?? own)]
}

/**
 * The aggregate of what is finite; undefined where nothing is, or the aggregate is not. Who sends what is no number is one of
 * those who may be Byzantine, so f is that much less among the others.
 */
function changeOf(
  { rule, byzantine }: Federation,
  sent: readonly Float32Array[],
  numExamples: readonly number[],
  order: readonly number[],
): Float32Array | undefined {
  const kept = [...sent.keys()].filter((place) => areFinite(sent[place] ?? new Float32Array()))
  if (kept.length === 0) return undefined
  const f = Math.max(0, byzantine - (sent.length - kept.length))
  const change = rule(pick(sent, kept), {
    f,
    numExamples: pick(numExamples, kept),
    bucketOrder: order.filter((place) => place < kept.length),
  })
  return Float32Array.from(change)
}

function sum(a: Float32Array, b: Float32Array): Float32Array {
  const total = a.slice()
  addScaled(1, b, total)
  return total
}

function areFinite(values: Float32Array): boolean {
  return notFinite(values) < 0
}
