/** What an agent remembers as a rendezvous point of its neighbours: 1.3 MB at most. */
export const REGISTRATIONS = { perPeer: 32, perAddress: 256, total: 1_024 }
/** Most namespaces that an agent registers under: its network's, and those of so many domains less one. */
export const MAX_NAMESPACES = 16
/** At how many agents it registers that nobody named to it; at bootstrap peers and relays it does so in any case. */
export const MAX_OTHER_POINTS = 3
/** With fewer neighbours in its network, or in a domain, it looks for more: one may go before gossip misses it. */
export const WANTED = 4
/** How long a new connection counts as a neighbour before its peer has said what it listens to, in milliseconds. */
export const JOINING = 10_000
/** Most registrations of one namespace that wait to be dialled. */
export const MAX_CANDIDATES = 256
/** How often it is looked what is due, in milliseconds. */
export const INTERVAL = 1_000
/** How long one exchange, or dial, may take, in milliseconds. */
export const TIMEOUT = 10_000
/** How long taking registrations back may take, in milliseconds. */
export const GOODBYE = 1_000
/** Least time between two records of where this agent listens, in milliseconds. */
export const RECORD_PAUSE = 5_000
/** How long after it has started an agent meets somebody by lot, whether it has neighbours enough or not, on average, in milliseconds. */
export const FIRST_MEETING = 10_000
/** How often it does so in the end; the pauses double until then. */
export const MEETING = 60_000
/** At how many neighbours it looks for that one. */
export const MAX_POINTS_MET = 3
/** Most links that it keeps of those; with so many in use it meets nobody any more. */
export const MAX_STRANGERS = 4
export const MAX_BUSY_STRANGERS = 16
/** At how many of those that it is told of it tries until one is reached. */
export const MAX_MET = 3
