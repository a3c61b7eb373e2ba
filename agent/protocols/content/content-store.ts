import {
  type ChunkList,
  chunkLength,
  chunkOf,
  isList,
  MAX_CONTENT_BYTES,
  nameContent,
  readRoot,
  sha256,
} from '../../../protocol/content.ts'
import { ConfigError, RefusedError } from '../../../protocol/errors.ts'
import type { Hex } from '../../../protocol/types.ts'
import type { Blobs } from '../../platform/blobs.ts'
import { chunkName, type Entry, isWhole, newEntry, pinName, readShelf, rootName } from './shelf.ts'

/** How many blobs are written or read at a time. */
const BATCH = 16

/**
 * What an agent holds, by content: pinned content stays, other is removed when room is needed, what was used longest ago
 * first. What is read is verified each time, so a crash, a failing disk or another program's hand can make something be
 * missing, never be wrong.
 */
export class ContentStore {
  readonly #blobs: Blobs
  readonly #maxBytes: number
  /** In the order of their use. */
  readonly #entries: Map<Hex, Entry>
  readonly #lists = new Map<Hex, ChunkList>()
  /** How often contents are being worked on, which are not removed meanwhile. */
  readonly #inUse = new Map<Hex, number>()
  #changing: Promise<unknown> = Promise.resolve()

  private constructor(blobs: Blobs, maxBytes: number, entries: readonly Entry[]) {
    this.#blobs = blobs
    this.#maxBytes = maxBytes
    this.#entries = new Map(entries.map((entry) => [entry.digest, entry]))
  }

  /**
   * Opens what is stored.
   *
   * @param maxBytes most that is kept
   */
  static async open(blobs: Blobs, maxBytes: number): Promise<ContentStore> {
    const { entries, orphans } = readShelf(await blobs.list())
    await inBatches(orphans, (name) => blobs.remove(name))
    const store = new ContentStore(blobs, maxBytes, entries)
    // What is pinned stays, even if its owner has lowered the bound.
    await store.#makeRoom(0)
    return store
  }

  /** Bytes that all content takes, what is still to come of it too. */
  get bytes(): number {
    return [...this.#entries.values()].reduce((sum, { bytes }) => sum + bytes, 0)
  }

  /**
   * Stores a content, and pins it; it is safe on disk when this resolves.
   *
   * @returns its digest, which is 32 bytes for the chain, and by which anybody can ask for it
   * @throws RefusedError `CONTENT_TOO_LARGE`; `CONTENT_STORE_FULL` when pinned content leaves no room; ConfigError
   *   `CONTENT_UNWRITABLE`
   */
  async put(given: Uint8Array): Promise<Hex> {
    checkLength(given.length, MAX_CONTENT_BYTES)
    const content = new Uint8Array(given)
    const { digest, root, list } = await nameContent(content)
    return this.using(digest, async () => {
      if (this.#entries.get(digest)?.isPinned && this.has(digest)) return digest
      const entry = await this.#begin(digest, root, true)
      await inBatches(list?.digests ?? [], async (_, index) => {
        await this.#write(chunkName(digest, index), chunkOf(content, index), true)
        entry.held.add(index)
      })
      await this.pin(digest)
      return digest
    })
  }

  /** A content; undefined when it is not here as a whole. */
  async get(digest: Hex): Promise<Uint8Array | undefined> {
    const root = await this.root(digest)
    if (root === undefined || !this.has(digest)) return undefined
    const list = this.#lists.get(digest)
    if (list === undefined) return new Uint8Array(root)
    const content = new Uint8Array(list.size)
    const { size } = await this.readChunks(digest, content)
    return size === list.digests.length ? content : undefined
  }

  /**
   * Reads those chunks that are here of a content whose root is a list.
   *
   * @param content is overwritten; as many bytes as the content has
   * @returns which these are
   */
  async readChunks(digest: Hex, content: Uint8Array): Promise<Set<number>> {
    const held = [...(this.#entries.get(digest)?.held ?? [])]
    const read = new Set<number>()
    await inBatches(held, async (index) => {
      const chunk = await this.chunk(digest, index)
      if (chunk === undefined) return
      chunkOf(content, index).set(chunk)
      read.add(index)
    })
    return read
  }

  /** Whether all of a content is here. */
  has(digest: Hex): boolean {
    const entry = this.#entries.get(digest)
    return entry !== undefined && isWhole(entry)
  }

  /** What is here, those that were used longest ago first. */
  digests(): Hex[] {
    return [...this.#entries.keys()].filter((digest) => this.has(digest))
  }

  /** Keeps a content until it is unpinned. @throws RefusedError `CONTENT_MISSING` */
  async pin(digest: Hex): Promise<void> {
    const entry = this.#entries.get(digest)
    if (entry === undefined) throw missing(digest)
    if (entry.isPinned) return
    await this.#write(pinName(digest), new Uint8Array(), true)
    entry.isPinned = true
  }

  /** Lets a content go when room is needed. */
  async unpin(digest: Hex): Promise<void> {
    const entry = this.#entries.get(digest)
    if (entry === undefined) return
    entry.isPinned = false
    await this.#blobs.remove(pinName(digest))
  }

  /** Removes a content, pinned or not, unless it is being fetched. */
  async remove(digest: Hex): Promise<void> {
    await this.#change(async () => {
      const entry = this.#entries.get(digest)
      if (entry !== undefined && !this.#inUse.has(digest)) await this.#remove(entry)
    })
  }

  /** The root of a content, all of which need not be here. */
  async root(digest: Hex): Promise<Uint8Array | undefined> {
    const entry = this.#entries.get(digest)
    if (entry === undefined) return undefined
    const root = await this.#blobs.read(rootName(entry))
    if (root === undefined || (await sha256(root)) !== digest) {
      await this.remove(digest)
      return undefined
    }
    this.#entries.delete(digest)
    this.#entries.set(digest, entry)
    const list = readRoot(root)
    if (list !== undefined) this.#lists.set(digest, list)
    return root
  }

  /** A chunk, from 0, of a content whose root is a list; undefined when it is not here. */
  async chunk(digest: Hex, index: number): Promise<Uint8Array | undefined> {
    const entry = this.#entries.get(digest)
    if (entry === undefined || !entry.held.has(index)) return undefined
    if (!this.#lists.has(digest)) await this.root(digest)
    const list = this.#lists.get(digest)
    const chunk = list && (await this.#blobs.read(chunkName(digest, index)))
    if (chunk !== undefined && (await sha256(chunk)) === list?.digests[index]) return chunk
    entry.held.delete(index)
    await this.#blobs.remove(chunkName(digest, index))
    return undefined
  }

  /** Which chunks are not here of a content whose root is. */
  lacking(digest: Hex): number[] {
    const { count = 0, held } = this.#entries.get(digest) ?? {}
    return Array.from({ length: count }, (_, index) => index).filter((index) => !held?.has(index))
  }

  /**
   * Stores a root that was verified, and keeps room for its chunks.
   *
   * @throws RefusedError `CONTENT_STORE_FULL`; ConfigError `CONTENT_UNWRITABLE`
   */
  async putRoot(digest: Hex, root: Uint8Array): Promise<void> {
    await this.#begin(digest, root, false)
  }

  /**
   * Stores a chunk that was verified.
   *
   * @throws RangeError when it is none of the content's; ConfigError `CONTENT_UNWRITABLE`
   */
  async putChunk(digest: Hex, index: number, chunk: Uint8Array): Promise<void> {
    const entry = this.#entries.get(digest)
    const list = this.#lists.get(digest)
    if (entry === undefined || list === undefined || chunk.length !== chunkLength(list, index)) {
      throw new RangeError(`no chunk ${index} of ${chunk.length} bytes belongs to ${digest}`)
    }
    await this.#write(chunkName(digest, index), chunk, false)
    entry.held.add(index)
  }

  /** Does something with a content, which is not removed meanwhile. */
  async using<T>(digest: Hex, action: () => Promise<T>): Promise<T> {
    this.#inUse.set(digest, (this.#inUse.get(digest) ?? 0) + 1)
    try {
      return await action()
    } finally {
      const left = (this.#inUse.get(digest) ?? 1) - 1
      if (left > 0) this.#inUse.set(digest, left)
      else this.#inUse.delete(digest)
    }
  }

  async #begin(digest: Hex, root: Uint8Array, isDurable: boolean): Promise<Entry> {
    return this.#change(async () => {
      const entry = this.#entries.get(digest) ?? newEntry(digest, isList(root), root.length)
      if (!this.#entries.has(digest) && !(await this.#makeRoom(entry.bytes))) {
        throw full(this.bytes, entry.bytes, this.#maxBytes)
      }
      await this.#write(rootName(entry), root, isDurable)
      this.#entries.set(digest, entry)
      const list = readRoot(root)
      if (list !== undefined) this.#lists.set(digest, list)
      return entry
    })
  }

  /** @returns whether there is room for so many bytes more */
  async #makeRoom(bytes: number): Promise<boolean> {
    while (this.bytes + bytes > this.#maxBytes) {
      const oldest = [...this.#entries.values()].find(
        ({ digest, isPinned }) => !isPinned && !this.#inUse.has(digest),
      )
      if (oldest === undefined) return false
      await this.#remove(oldest)
    }
    return true
  }

  /** The root first: what is left by a crash then belongs to nothing, and goes at the next start. */
  async #remove({ digest, isList, held }: Entry): Promise<void> {
    this.#entries.delete(digest)
    this.#lists.delete(digest)
    await this.#blobs.remove(rootName({ digest, isList }))
    await this.#blobs.remove(pinName(digest))
    await inBatches([...held], (index) => this.#blobs.remove(chunkName(digest, index)))
  }

  async #write(name: string, bytes: Uint8Array, isDurable: boolean): Promise<void> {
    try {
      await this.#blobs.write(name, bytes, isDurable)
    } catch (cause) {
      throw new ConfigError('CONTENT_UNWRITABLE', 'Content cannot be stored.', {
        field: name,
        remedy: "Make room on the disk, and see whether the agent's folder is its own to write.",
        cause,
      })
    }
  }

  /** Makes and removes entries one after the other. */
  #change<T>(action: () => Promise<T>): Promise<T> {
    const done = this.#changing.then(action)
    this.#changing = done.catch(() => undefined)
    return done
  }
}

/** @throws RefusedError `CONTENT_TOO_LARGE` */
export function checkLength(length: number, most: number): void {
  if (length <= most) return
  throw new RefusedError('CONTENT_TOO_LARGE', 'A content is larger than may be.', {
    field: 'content',
    expected: `at most ${most} bytes`,
    received: `${length} bytes`,
    remedy: `Cut it into several, or allow more by \`maxBytes\`; ${MAX_CONTENT_BYTES} bytes is the most.`,
  })
}

function full(held: number, wanted: number, most: number): RefusedError {
  return new RefusedError('CONTENT_STORE_FULL', 'There is no room for a content.', {
    field: 'maxContentBytes',
    expected: `at most ${most} bytes`,
    received: `${held} bytes that are pinned or being fetched, and ${wanted} more`,
    remedy: 'Unpin what is not needed any more, or set `maxContentBytes` higher.',
  })
}

function missing(digest: Hex): RefusedError {
  return new RefusedError('CONTENT_MISSING', 'A content is not here.', {
    field: 'digest',
    received: digest,
    remedy: 'Put it, or fetch it, before it is pinned.',
  })
}

async function inBatches<T>(
  items: readonly T[],
  action: (item: T, index: number) => Promise<void>,
): Promise<void> {
  for (let start = 0; start < items.length; start += BATCH) {
    await Promise.all(items.slice(start, start + BATCH).map((item, offset) => action(item, start + offset)))
  }
}
