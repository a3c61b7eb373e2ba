const DAY = 24 * 3600
const DOLLAR = 1_000_000n
const MESH = 10n ** 18n

/** Protocol fee out of every payment, in basis points: 0.25%. */
export const FEE_BPS = 25
/** Smallest bond of a dispute, in minor units of the payment token: what three jurors' work is worth at least. */
export const MIN_BOND = DOLLAR
/** Stake that a juror has locked per seat, in minor units of the stake token. */
export const JUROR_BOND = 10n * DOLLAR
/** The most that one owner's feedback about an agent weighs, in minor units of fees that were taken. */
export const OWNER_CAP = DOLLAR / 10n
/** What the prior of a score weighs, in the same unit. */
export const PRIOR_WEIGHT = DOLLAR
/** All votes there will ever be, in the token's smallest unit. */
export const VOTE_SUPPLY = 100_000_000n * MESH
/** Seconds between a decision and its execution. */
export const TIMELOCK_DELAY = 2 * DAY
/** How votes are held: seconds, a number of votes, percent. */
export const VOTING = {
  votingDelay: DAY,
  votingPeriod: 5 * DAY,
  voteExtension: 2 * DAY,
  proposalThreshold: VOTE_SUPPLY / 200n,
  quorumPercent: 4,
}
/** Seconds for which a guardian may cancel what was decided. */
export const GUARDIAN_TERM = BigInt(364 * DAY)
/** What an accusation costs that comes to nothing, in the voting token. */
export const ACCUSATION_BOND = 100n * MESH
