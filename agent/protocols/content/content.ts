import type { PeerId } from '@libp2p/interface'
import { getAddress, isAddressEqual } from 'viem'
import { RefusedError, TimeoutError } from '../../../protocol/errors.ts'
import type { Address, Hex } from '../../../protocol/types.ts'
import type { ContentMessage } from '../../../protocol/wire/content.ts'
import { abortable, either } from '../../network/abortable.ts'
import { addressOfPeer } from '../../network/identity.ts'
import { background } from '../../platform/timers.ts'
import type { ReceivedCapability } from '../agent-discovery/index.ts'
import { Channels, type ChannelsComponents } from '../channels/index.ts'
import { DEFAULT_MAX_BYTES, DOWNLOAD_TIMEOUT, MAX_DOWNLOADS, PART_TIMEOUT, WINDOW } from './constants.ts'
import { type ContentStore, checkLength } from './content-store.ts'
import { type DownloadComponents, download, type Wanted } from './download.ts'
import { type ContentProvider, checkGiven, type FetchOptions } from './inputs.ts'
import { CONTENT, type MessageOf } from './protocol.ts'
import { Serving } from './serving.ts'
import type { Place } from './source.ts'
import { Windows } from './windows.ts'

export interface ContentComponents extends ChannelsComponents {
  store: ContentStore
  /** The newest record of an agent; undefined when none is known. */
  recordOf: (agent: Address) => ReceivedCapability | undefined
}

/**
 * Content by its digest: what an agent puts here, others can fetch who know the digest. An agent serves all that it holds, what
 * it fetched too. See docs/protocol/content.md.
 *
 * @example
 * ```ts
 * const digest = await publisher.content.put(model)
 * const same = await reader.content.fetch(digest, [publisher.address])
 * ```
 */
export class Content {
  readonly #components: ContentComponents
  readonly #store: ContentStore
  readonly #channels: Channels<ContentMessage>
  /** How much is asked of one peer at a time. */
  readonly #windows = new Windows(WINDOW)
  readonly #downloads = new Windows(MAX_DOWNLOADS)
  /** One download of the same content at a time: the next finds it here. */
  readonly #turns = new Windows(1)
  readonly #leaving = new AbortController()

  constructor(components: ContentComponents) {
    this.#components = components
    this.#store = components.store
    const serving = new Serving(components.store)
    this.#channels = new Channels(components, CONTENT, async (channel, { id, message }) => {
      if (message.type === 'want') await serving.answer(channel, { id, message })
      else this.#channels.penalize(channel.peer, 'refused')
    })
  }

  async start(): Promise<void> {
    await this.#channels.start()
  }

  /** @param reason what downloads that are under way end with */
  async stop(reason: unknown): Promise<void> {
    this.#leaving.abort(reason)
    await this.#channels.stop()
  }

  /**
   * Stores a content and serves it from now on; it is safe on disk when this resolves, and stays until it is unpinned.
   *
   * @param content at most 256 MiB
   * @returns its digest, 32 bytes in hexadecimal: SHA-256 of the content, or of the list of its chunks where it is longer than one
   * @throws RefusedError `CONTENT_TOO_LARGE`, or `CONTENT_STORE_FULL`; ConfigError `CONTENT_UNWRITABLE`
   */
  async put(content: Uint8Array): Promise<Hex> {
    checkGiven('put', { content })
    return this.#store.put(content)
  }

  /** A content that this agent holds; undefined when it does not. It is verified each time. */
  async get(digest: Hex): Promise<Uint8Array | undefined> {
    checkGiven('get', { digest })
    return this.#store.get(digest)
  }

  /** Whether this agent holds all of a content. */
  has(digest: Hex): boolean {
    checkGiven('has', { digest })
    return this.#store.has(digest)
  }

  /** Keeps a content that was fetched until it is unpinned. @throws RefusedError `CONTENT_MISSING`; ConfigError `CONTENT_UNWRITABLE` */
  async pin(digest: Hex): Promise<void> {
    checkGiven('pin', { digest })
    await this.#store.pin(digest)
  }

  /** Lets a content go when room is needed for another. */
  async unpin(digest: Hex): Promise<void> {
    checkGiven('unpin', { digest })
    await this.#store.unpin(digest)
  }

  /** Removes a content at once, unless it is being fetched. */
  async remove(digest: Hex): Promise<void> {
    checkGiven('remove', { digest })
    await this.#store.remove(digest)
  }

  /**
   * A content, from here or from who has it. Every chunk is verified before it is stored; one provider takes another's place
   * when that lies, stalls or leaves; and what has come is kept, so that it goes on from there when it is called again.
   *
   * @param providers asked all at once, at most 32; those of whom no record is known, and to whom there is no connection, are
   *   passed over
   * @throws RefusedError `CONTENT_UNAVAILABLE` with each provider's reason, `CONTENT_TOO_LARGE` or `CONTENT_STORE_FULL`;
   *   WireError `CHUNK_LIST_INVALID` when its publisher named no proper content; TimeoutError `CONTENT_LATE`; RefusedError
   *   `DISCONNECTED` when the agent leaves; what `signal` was aborted with
   */
  async fetch(
    digest: Hex,
    providers: readonly ContentProvider[],
    options: FetchOptions = {},
  ): Promise<Uint8Array> {
    checkGiven('fetch', { digest, providers, options })
    const { maxBytes = DEFAULT_MAX_BYTES, signal } = options
    const late = new AbortController()
    const timer = background(setTimeout(() => late.abort(tooLate(digest)), DOWNLOAD_TIMEOUT))
    const until = AbortSignal.any([late.signal, either(this.#leaving.signal, signal)])
    try {
      until.throwIfAborted()
      return await this.#turns.run(digest, until, async () => {
        const held = await this.#held(digest, maxBytes)
        if (held !== undefined) return held
        return await this.#downloads.run('', until, () =>
          this.#download({ digest, places: this.#places(providers), maxBytes }, until),
        )
      })
    } finally {
      clearTimeout(timer)
    }
  }

  async #held(digest: Hex, maxBytes: number): Promise<Uint8Array | undefined> {
    const content = await this.#store.get(digest)
    if (content !== undefined) checkLength(content.length, maxBytes)
    return content
  }

  async #download(wanted: Wanted, signal: AbortSignal): Promise<Uint8Array> {
    const { report } = this.#components
    const { digest } = wanted
    const components: DownloadComponents = {
      store: this.#store,
      ask: (place, part, until) => this.#ask(place, { type: 'want', digest, part }, until),
      accuse: (peer, lie) => {
        report(lie)
        this.#channels.penalize(peer, 'lied')
      },
    }
    return this.#store.using(digest, () => download(components, wanted, signal))
  }

  async #ask({ peer, endpoints }: Place, want: MessageOf<'want'>, signal: AbortSignal): Promise<Uint8Array> {
    return this.#windows.run(peer.toString(), signal, async () => {
      const channel = await abortable(() => this.#channels.toNew(peer, endpoints), signal)
      const { message } = await channel.request(want, { timeout: PART_TIMEOUT, signal })
      if (message.type === 'part') return message.bytes
      if (message.type !== 'refusal') this.#channels.penalize(peer, 'refused')
      throw refused(message)
    })
  }

  /** Where providers are, as far as this agent knows, each once, and not itself. */
  #places(providers: readonly ContentProvider[]): Place[] {
    const { node } = this.#components
    const places = providers.flatMap((provider) => this.#placeOf(provider) ?? [])
    const byPeer = new Map(places.map((place) => [place.peer.toString(), place]))
    byPeer.delete(node.peerId.toString())
    return [...byPeer.values()]
  }

  #placeOf(provider: ContentProvider): Place | undefined {
    const { node, recordOf } = this.#components
    if (typeof provider !== 'string') {
      if (!('peerId' in provider)) return { peer: provider, endpoints: [] }
      return { peer: provider.peerId, endpoints: provider.value.endpoints }
    }
    const record = recordOf(getAddress(provider))
    if (record !== undefined) return { peer: record.peerId, endpoints: record.value.endpoints }
    const peer = node.getPeers().find((known) => isPeerOf(known, provider))
    return peer && { peer, endpoints: [] }
  }
}

/** Whether a peer speaks for an address; relays and bootstrap nodes may have other kinds of keys. */
function isPeerOf(peer: PeerId, agent: Address): boolean {
  return peer.type === 'secp256k1' && isAddressEqual(addressOfPeer(peer), agent)
}

function refused(message: ContentMessage): RefusedError {
  if (message.type === 'refusal' && message.reason === 'missing') {
    return new RefusedError('CONTENT_MISSING', 'It does not have the content.', {
      remedy: 'Ask another peer.',
    })
  }
  return new RefusedError('CONTENT_BUSY', 'It gives nothing at present.', { remedy: 'Ask it again later.' })
}

function tooLate(digest: Hex): TimeoutError {
  return new TimeoutError('CONTENT_LATE', 'A content did not come in time.', {
    field: 'digest',
    expected: `within ${DOWNLOAD_TIMEOUT} ms`,
    received: digest,
    remedy: 'Fetch it again, from more providers: what has come is kept.',
  })
}
