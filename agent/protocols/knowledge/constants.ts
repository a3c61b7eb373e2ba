/** What is added to the name of a capability where copies of its answers are served: `data.prices.copy`. */
export const COPY = '.copy'
/** The attribute by which a capability of copies says to which questions it has answers: their content ids. */
export const HOLDS = 'holds'
/** What a copy costs, in basis points of what its holder paid; where the licence lets it be shared alone, nothing. */
export const COPY_BPS = 1_000n

/** Most answers that an agent keeps of each kind, bought and its own, and most bytes of them. */
export const MAX_KEPT = 10_000
export const MAX_BYTES_KEPT = 64 * 1024 * 1024
/** Most answers of which an agent tells that it has a copy, the newest, and most capabilities that they are of. */
export const MAX_ANNOUNCED = 32
export const MAX_CAPABILITIES_COPIED = 8

/** Most agents that are looked for who answer by themselves, and most who hold a copy. */
export const MAX_PROVIDERS = 16
export const MAX_HOLDERS = 3
/** Most agents of each that are asked for one answer. */
export const MAX_TRIED = 3
/** How long is looked on for others when one was found, and for holders altogether, in milliseconds. */
export const PATIENCE = 300
export const HOLDERS_TIMEOUT = 1_000
