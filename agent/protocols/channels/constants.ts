/** How long the answer to a message may take, in milliseconds, unless the one who asks says so. */
export const ANSWER_TIMEOUT = 8_000
/** How long opening a stream may take, in milliseconds. */
export const STREAM_TIMEOUT = 8_000
/** How long it may take until what was said is under way when a stream is closed, in milliseconds. */
export const CLOSE_TIMEOUT = 1_000
/** Most requests that may wait for an answer on one channel. */
export const MAX_PENDING = 256
/** Most messages of one peer that may be in handling at a time; further ones cost it the stream. */
export const MAX_INBOUND = 256
/** Most bytes that may wait for a peer to read them; then nothing more is said to it. */
export const MAX_UNSENT_BYTES = 1024 * 1024
/** Most channels that are kept at a time. */
export const MAX_CHANNELS = 300
/** Most streams of this protocol that one connection may open. */
export const MAX_STREAMS_PER_CONNECTION = 4
