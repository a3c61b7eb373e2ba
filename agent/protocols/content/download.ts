import type { PeerId } from '@libp2p/interface'
import { chunkOf, needsList, readRoot, sha256 } from '../../../protocol/content.ts'
import { RefusedError, WireError } from '../../../protocol/errors.ts'
import type { Hex } from '../../../protocol/types.ts'
import { sleep } from '../../platform/timers.ts'
import { LOOK_INTERVAL, WINDOW } from './constants.ts'
import { type ContentStore, checkLength } from './content-store.ts'
import { Parts } from './parts.ts'
import { type Place, Source } from './source.ts'

export interface DownloadComponents {
  store: ContentStore
  /** Asks a peer for a part. @throws for whatever reason there is none */
  ask(place: Place, part: number, signal: AbortSignal): Promise<Uint8Array>
  /** Called when a peer gave something else than it was asked for. */
  accuse(peer: PeerId, lie: WireError): void
}

/** What is to be fetched, and from where. */
export interface Wanted {
  digest: Hex
  places: readonly Place[]
  /** Most bytes that it may have. */
  maxBytes: number
}

/**
 * Brings a content into the store: its root, then what is lacking of its chunks, from all providers at once, each as fast as
 * it gives them. Each part is verified before it is stored, so what came counts even if the rest does not come.
 *
 * @returns the content
 * @throws RefusedError `CONTENT_UNAVAILABLE` when no provider gives what is lacking; `CONTENT_TOO_LARGE` or
 *   `CONTENT_STORE_FULL` before a chunk is asked for; WireError `CHUNK_LIST_INVALID`; ConfigError `CONTENT_UNWRITABLE`; what
 *   `signal` was aborted with
 */
export async function download(
  components: DownloadComponents,
  wanted: Wanted,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const { store } = components
  const { digest, places, maxBytes } = wanted
  const sources = places.map((place) => new Source(place))
  const transfer = new Transfer(components, digest, sources)

  let root = await store.root(digest)
  if (root === undefined) {
    await transfer.collect([0], signal, async (_, bytes) => {
      checkLength(readRoot(bytes)?.size ?? bytes.length, maxBytes)
      await store.putRoot(digest, bytes)
      root = bytes
    })
  }
  if (root === undefined) throw new RangeError('a root was collected')
  const list = readRoot(root)
  if (list === undefined) return new Uint8Array(root)
  checkLength(list.size, maxBytes)
  transfer.expect(list.digests)
  const content = new Uint8Array(list.size)
  const held = await store.readChunks(digest, content)
  const lacking = list.digests.flatMap((_, index) => (held.has(index) ? [] : [index + 1]))
  await transfer.collect(lacking, signal, async (part, chunk) => {
    if (part === 1 && !needsList(list, chunk)) throw needless(list.size)
    await store.putChunk(digest, part - 1, chunk)
    chunkOf(content, part - 1).set(chunk)
  })
  return content
}

/** Asks sources for parts of one content. */
class Transfer {
  readonly #components: DownloadComponents
  readonly #digest: Hex
  readonly #sources: readonly Source[]
  /** What each part has to hash to, from the root on. */
  #expected: readonly Hex[]

  constructor(components: DownloadComponents, digest: Hex, sources: readonly Source[]) {
    this.#components = components
    this.#digest = digest
    this.#sources = sources
    this.#expected = [digest]
  }

  /** Sets what the chunks have to hash to. */
  expect(digests: readonly Hex[]): void {
    this.#expected = [this.#digest, ...digests]
  }

  /** Collects parts. @param keep called with each that was verified; what it throws ends all */
  async collect(
    wanted: readonly number[],
    signal: AbortSignal,
    keep: (part: number, bytes: Uint8Array) => Promise<void>,
  ): Promise<void> {
    const parts = new Parts<Source>(wanted)
    const over = new AbortController()
    const until = AbortSignal.any([signal, over.signal])
    const done = Promise.withResolvers<void>()
    if (parts.isDone) return
    const kept = async (part: number, bytes: Uint8Array) => {
      await keep(part, bytes)
      parts.done(part)
      if (parts.isDone) done.resolve()
    }
    const lanes = this.#sources.flatMap((source) =>
      Array.from({ length: Math.min(WINDOW, wanted.length) }, () => this.#lane(source, parts, kept, until)),
    )
    try {
      await Promise.race([done.promise, Promise.all(lanes)])
      if (!parts.isDone) throw unavailable(this.#digest, this.#sources)
    } finally {
      over.abort()
      await Promise.allSettled(lanes)
    }
  }

  /** Asks a source for one part after the other, until all are there or it is not asked any more. */
  async #lane(
    source: Source,
    parts: Parts<Source>,
    keep: (part: number, bytes: Uint8Array) => Promise<void>,
    signal: AbortSignal,
  ): Promise<void> {
    while (!source.isGone && !parts.isDone) {
      signal.throwIfAborted()
      const part = source.rest > 0 ? undefined : parts.take(source)
      if (part === undefined) {
        await sleep(Math.max(source.rest, LOOK_INTERVAL), signal)
        continue
      }
      const bytes = await this.#ask(source, part, signal)
      if (bytes === undefined) parts.failed(part, source)
      else await keep(part, bytes)
    }
  }

  /** @returns undefined when the source does not give it */
  async #ask(source: Source, part: number, signal: AbortSignal): Promise<Uint8Array | undefined> {
    const { ask, accuse } = this.#components
    let bytes: Uint8Array
    try {
      bytes = await ask(source.place, part, signal)
    } catch (error) {
      signal.throwIfAborted()
      source.missed(error)
      return undefined
    }
    const found = await sha256(bytes)
    const expected = this.#expected[part]
    if (found === expected) {
      source.gave()
      return bytes
    }
    const lie = forged(part, expected, found)
    source.lied(lie)
    accuse(source.place.peer, lie)
    return undefined
  }
}

function forged(part: number, expected: Hex | undefined, received: Hex): WireError {
  return new WireError('CONTENT_FORGED', 'A peer gave something else than it was asked for.', {
    field: part === 0 ? 'root' : `chunk ${part - 1}`,
    expected: `SHA-256 ${expected}`,
    received,
    remedy: 'Nothing is to be done: it was not stored, and others are asked.',
  })
}

function needless(size: number): WireError {
  return new WireError('CHUNK_LIST_INVALID', 'A content has a list of chunks that needs none.', {
    field: 'root',
    expected: 'the content itself',
    received: `a list for ${size} bytes`,
    remedy: 'Ask its publisher for the digest of the content itself: each content has one name.',
  })
}

function unavailable(digest: Hex, sources: readonly Source[]): RefusedError {
  return new RefusedError('CONTENT_UNAVAILABLE', 'No provider gives a content.', {
    field: 'providers',
    expected: digest,
    received: sources.map(({ reason }) => reason).join('; ') || 'none that is known',
    remedy: 'Ask again, or others: what has come is kept, and the rest is asked for alone.',
  })
}
