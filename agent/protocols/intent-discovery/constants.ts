/** Most open intents that are remembered; those that are open for longest make room. */
export const MAX_INTENTS = 10_000
/** Most own intents that can be answered at a time, those that were replaced included. */
export const MAX_OWN_INTENTS = 1_000
