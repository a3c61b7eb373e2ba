const HOUR = 3600
const DAY = 24 * HOUR

/** Protocol fee out of every payment, in basis points: 0.25%. */
export const FEE_BPS = 25
/**
 * Seconds from announcing to making a withdrawal of prefunded money. Longer than the longest life of an intent (one
 * day), so that whoever answers one can still count on the balance that it saw.
 */
export const LEDGER_WITHDRAWAL_DELAY = 2 * DAY
/** Seconds from announcing to making a withdrawal of stake: longer, so that a fault is known before stake leaves. */
export const STAKE_WITHDRAWAL_DELAY = 7 * DAY
