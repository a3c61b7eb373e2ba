/** What every simulated round is played by. Money in minor units of the test dollar, time in seconds. */

const DOLLAR = 1_000_000n

/** The part of a task that is the same in every round. */
export const TERMS = {
  reward: 130n * DOLLAR,
  evaluationFee: 10n * DOLLAR,
  aggregationFee: DOLLAR,
  participantStake: 5n * DOLLAR,
  evaluatorStake: 5n * DOLLAR,
  rule: 'trimmed-mean',
  trim: 3,
  panel: 5,
  /** One, in the fixed point: no honest coordinate changes by so much in a round. */
  clip: 2 ** 20,
  chunkSize: 256,
  tolerance: 5,
} as const

/** What a requester has to put up for a round. */
export const ESCROWED = TERMS.reward + TERMS.evaluationFee + TERMS.aggregationFee

/** Units of the fixed point in 1. */
export const SCALE = 2 ** 20
/** An update is scored by a twentieth of it. */
export const DAMPING = 20

/** Of every phase. */
export const PHASE = 600n

/** Owners who take part, one of whom is dishonest in the scenarios. */
export const OWNERS = 12
/** Most identities that one of them has. */
export const MOST_IDENTITIES = 5
/** How many enlist; one of them finds no seat. */
export const EVALUATORS = 6

/** Rows of a hidden set at most. */
export const HIDDEN_ROWS = 400
/** Sizes of the layers: pixels, neurons, digits. */
export const LAYERS = [64, 32, 10]
/** How everybody who is honest trains. */
export const TRAINING = { epochs: 1, batchSize: 16, learningRate: 0.1 }
