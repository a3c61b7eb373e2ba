/** How often a round is looked at, in milliseconds. */
export const TICK = 1_000
/** How long a role is left alone after something failed, in milliseconds. */
export const PAUSE = 3_000
/** Seconds between those who could do what one of them has to do, so that not all pay for it. */
export const TURN = 2n
/** How many of those who enlisted draw in turn: more could keep a panel from being drawn in time by enlisting and leaving it. */
export const DRAWERS = 8
/** Blocks whose logs are read again each time: as far as a chain may be reorganised without notice. */
export const UNSETTLED_BLOCKS = 64n
/** How long one try to get an update, a model or a hidden set may take at most, in milliseconds. */
export const FETCH_TIMEOUT = 20_000
/** And at most so small a part of the shortest phase: whoever gives nothing must not keep others from saying what they have. */
export const FETCH_PART = 1 / 20
/** How many updates are fetched at a time. */
export const FETCHES = 8
/** Most rounds in which an agent takes part at a time. */
export const MAX_ROUNDS = 16
/** Most parameters of a model. */
export const MAX_DIMENSION = 4_000_000
/** Most bytes of a model or of an update. */
export const MAX_MODEL_BYTES = 4 * MAX_DIMENSION + 100_000
/** Most bytes of a hidden set. */
export const MAX_SET_BYTES = 64 * 1024 * 1024
/** Blocks, before the newest, in which open tasks are looked for by default. */
export const SEARCHED_BLOCKS = 50_000n
/** Most chunks of a vector: each takes memory of its own. As many as {@link MAX_DIMENSION} has by 256. */
export const MAX_CHUNKS = 15_625
/** Most multiplications of one evaluation of the loss: a second or so. */
export const MAX_SCORING_WORK = 2 ** 30
/** Most values that an evaluation of the loss makes: 1 GiB in float64. */
export const MAX_SCORING_VALUES = 2 ** 27
/** Longest that a timer runs, in seconds: 2^31 ms and more end at once. */
export const MAX_TIMER = 2_147_483
/** Part of a phase after which an evaluator says what it has, whether or not more is to come. */
export const LAST_CALL = 0.6
