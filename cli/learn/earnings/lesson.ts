import {
  derivedSeed,
  type Examples,
  type Model,
  mlp,
  partition,
  sgd,
  train,
  uniformDraws,
} from '../../../agent/index.ts'
import type { Digits } from '../../../community/read-digits.ts'
import { HIDDEN_ROWS, LAYERS, OWNERS, TRAINING } from './terms.ts'

/** Parts of a run that draw for themselves. */
const [START, OWNED, HIDDEN, TRAINED] = [0, 1, 2, 3]

/** What is learnt in a run: who has which digits, and which are hidden. */
export interface Lesson {
  model: Model
  /** Of the first round. */
  start: Float32Array
  /** The digits of each owner. */
  owned: readonly Examples[]
  /** The requester's, with which it makes its canaries. */
  requested: Examples
  /**
   * The hidden set of each round, from 0. Each is of rows of its own: once a set is opened everybody has it, and whoever
   * trained on it would be paid for that in the next round.
   */
  hidden: readonly Examples[]
  /** An honest update: by how much parameters change when somebody trains on its own rows. */
  update(base: Float32Array, own: Examples, ...path: readonly number[]): Float32Array
}

/**
 * Deals the digits.
 *
 * @param seed of everything that is drawn
 */
export function newLesson({ training, test }: Digits, rounds: number, seed: number): Lesson {
  const model = mlp(LAYERS)
  const draw = (part: number) => uniformDraws(derivedSeed(seed, part))
  const dealt = partition(training, OWNERS + 1, 'iid', draw(OWNED))
  const sets = Math.max(rounds, Math.ceil(test.rows / HIDDEN_ROWS))
  const { epochs, batchSize, learningRate } = TRAINING
  return {
    model,
    start: model.initialise(draw(START)),
    owned: dealt.slice(0, OWNERS),
    requested: dealt[OWNERS] ?? training,
    hidden: partition(test, sets, 'iid', draw(HIDDEN)).slice(0, rounds),
    update(base, own, ...path) {
      const local = { epochs, batchSize, optimiser: sgd(learningRate) }
      const trained = train(model, base, own, local, uniformDraws(derivedSeed(seed, TRAINED, ...path)))
      return trained.map((value, i) => value - (base[i] ?? 0))
    },
  }
}
