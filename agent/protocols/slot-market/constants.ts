/** How often it is looked for what is due, in milliseconds. */
export const SWEEP_INTERVAL = 1_000
/** How many slots ahead orders are carried: a day of quarters of an hour. */
export const MAX_SLOTS_AHEAD = 96n
/** Most orders of one slot; `ClearingHouse.MAX_ORDERS`. */
export const MAX_ORDERS = 500
/** Most slots of a market of which orders, or readings, are kept. */
export const MAX_SLOTS = 1_000
/** Most orders, and most readings, of one transaction: it has to fit into a block beside others. */
export const MAX_BATCH = 100
/** Most slots between gate and end that a relayer looks after, the ones that begin next first. */
export const MAX_CLEARING = 64n
/** Most markets that an agent takes part in. */
export const MAX_MARKETS = 16
/** Most slots that something is done for at a time. */
export const MAX_BUSY = 16
