import { CHUNK_BYTES } from '../../../protocol/content.ts'
import type { ProtocolId } from '../../../protocol/network-parameters.ts'
import type { ContentMessage } from '../../../protocol/wire/content.ts'
import type { Tariff } from '../../network/request-limits.ts'

/** The protocol by which agents hand one another content. */
const PROTOCOL = { name: 'content', version: 1 } as const
export const VERSIONS: readonly ProtocolId[] = [PROTOCOL]

/** Longest message in bytes: a chunk in its frame. */
export const MAX_MESSAGE_BYTES = CHUNK_BYTES + 64

/** Most parts that one peer is asked for at a time, by all downloads. */
export const WINDOW = 4
/** Most that a peer may ask for at a time; further ones cost it the stream. */
export const MAX_INBOUND = 2 * WINDOW
/** Most that all peers together may wait for at a time; further ones are told that this agent is busy. */
export const MAX_WAITING = 512
/** How long a peer may take to read what it was sent before it is sent more, in milliseconds. */
export const DRAIN_TIMEOUT = 15_000

/** How long a part may take to come, in milliseconds: a window over 35 kB/s. */
export const PART_TIMEOUT = 15_000
/** After how long one that has not come is asked for elsewhere as well, in milliseconds. */
export const PATIENCE = 1_000
/** Most parts that one download waits for at a time. */
export const MAX_ASKED = 32
/** How often a provider that has nothing to give looks whether there is something, in milliseconds. */
export const LOOK_INTERVAL = 50
/** How long a download may take, in milliseconds. */
export const DOWNLOAD_TIMEOUT = 1_800_000
/** How long a provider is left alone that is busy, or whose stream broke, in milliseconds; twice as long each further time. */
export const RETRY_DELAY = 100
/** After how many failures on end a provider is given up. */
export const MAX_FAILURES = 4
/** Most downloads that run at a time; others wait. */
export const MAX_DOWNLOADS = 8
/** Most providers that one download has. */
export const MAX_PROVIDERS = 32
/** Most bytes of a content that is fetched, unless who fetches it says so. */
export const DEFAULT_MAX_BYTES = 64 * 1024 * 1024
/** Most bytes that an agent keeps, unless its owner says so. */
export const DEFAULT_STORE_BYTES = 1024 * 1024 * 1024

/**
 * What the messages of one peer cost: ten thousand questions at once, and a thousand a second in the long run, which is
 * 128 MB. Where a peer reads more slowly, it is answered as slowly.
 */
export const TARIFF: Tariff<'stream' | ContentMessage['type']> = {
  protocol: 'content',
  quota: { perMinute: 600_000, burst: 100_000 },
  costs: { stream: 100, want: 10, part: 1, refusal: 1 },
}
