/** Name and major version of the protocol that hands out one's own capability record; see `protocolName`. */
export const PROTOCOL = 'agent-discovery'
export const MAJOR = 1

/** Life of a capability record, in seconds; it is published anew before it ends. */
export const RECORD_LIFE = 3600
/** Most records that are remembered; the least recently heard go first. */
export const MAX_RECORDS = 10_000
/** Most providers that one query asks. */
export const MAX_PROVIDERS = 16
/** How long asking one provider may take, in milliseconds. */
export const ASK_TIMEOUT = 5_000
/** How long providing one's capabilities in the DHT may take, in milliseconds. */
export const PROVIDE_TIMEOUT = 30_000
