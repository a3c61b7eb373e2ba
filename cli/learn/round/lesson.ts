import {
  accuracy,
  derivedSeed,
  type Examples,
  extrapolate,
  mlp,
  partition,
  sgd,
  type TaskModel,
  type TaskTerms,
  type Trainer,
  train,
  uniformDraws,
} from '../../../agent/index.ts'
import type { Digits } from '../../../community/read-digits.ts'

const LAYERS = [64, 32, 10]
/** Seconds of a phase; the chain's clock is moved on when all has happened. */
const PHASE = 600
/** Parts of a lesson that draw for themselves. */
const [START, OWNED, TESTED, TRAINED] = [0, 1, 2, 3]

/** Digits dealt out: what each participant trains on, what each round is scored on, and what nobody sees. */
export interface Lesson {
  /** Of the first round. */
  start: Float32Array
  /** The hidden set of each round, each of rows of its own: an opened one is no secret any more. */
  hidden: readonly Examples[]
  /** Share of the digits told, from 0 to 1, of rows that no round has. */
  told(parameters: Float32Array): number
  trainer(participant: number, round: number): Trainer
  /** A model moved on along its last change, as far as the next hidden set finds it good. */
  movedOn(base: Float32Array, parameters: Float32Array, round: number): Float32Array
}

/**
 * Deals the digits.
 *
 * @param seed of everything that is drawn
 */
export function newLesson(
  { training, test }: Digits,
  { participants, rounds, seed }: { participants: number; rounds: number; seed: number },
): Lesson {
  const model = mlp(LAYERS)
  const draw = (...path: readonly number[]) => uniformDraws(derivedSeed(seed, ...path))
  const owned = partition(training, participants, 'iid', draw(OWNED))
  const [unseen, ...hidden] = partition(test, rounds + 1, 'iid', draw(TESTED))
  return {
    start: model.initialise(draw(START)),
    hidden,
    told: (parameters) => accuracy(model, parameters, unseen ?? test),
    trainer: (participant, round) => (given: TaskModel) => {
      const own = owned[participant] ?? training
      const local = { epochs: 1, batchSize: 16, optimiser: sgd(0.1) }
      const trained = train(given.model, given.parameters, own, local, draw(TRAINED, participant, round))
      return trained.map((value, i) => value - (given.parameters[i] ?? 0))
    },
    movedOn(base, parameters, round) {
      const change = parameters.map((value, i) => value - (base[i] ?? 0))
      return extrapolate(model, parameters, change, hidden[round] ?? test).parameters
    },
  }
}

/** What a round is about: money in minor units. */
export function termsOf(
  parameters: Float32Array,
  hiddenSet: Examples,
  { participants, evaluators }: { participants: number; evaluators: number },
): TaskTerms {
  return {
    model: { network: { kind: 'mlp', layers: LAYERS }, parameters, scale: 2 ** 20, damping: 20, maxNorm: 1 },
    hiddenSet,
    reward: 10_000_000n,
    evaluationFee: 900_000n,
    aggregationFee: 100_000n,
    participantStake: 1_000_000n,
    evaluatorStake: 1_000_000n,
    rule: 'trimmed-mean',
    trim: Math.floor((participants - 1) / 4),
    maxParticipants: participants,
    panel: Math.min(evaluators, 5),
    clip: 10,
    phases: { commit: PHASE, reveal: PHASE, attest: PHASE, score: PHASE, close: PHASE },
  }
}
