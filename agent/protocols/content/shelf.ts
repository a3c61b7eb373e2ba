import { CHUNK_BYTES, countOfList } from '../../../protocol/content.ts'
import type { Hex } from '../../../protocol/types.ts'
import type { StoredBlob } from '../../platform/blobs.ts'

/** What is known of a content without reading it. */
export interface Entry {
  readonly digest: Hex
  /** Whether its root is a list of chunks. */
  readonly isList: boolean
  /** How many chunks its list has; 0 where the root is the content. */
  readonly count: number
  /** Most bytes that it takes when all of it is there. */
  readonly bytes: number
  /** Which of its chunks are there. */
  readonly held: Set<number>
  isPinned: boolean
}

/** Names of blobs: a digest; what ends a list's; what ends a pin's; before the number of a chunk. */
const NAME = /^([0-9a-f]{64})(?:\.(list|pin|\d{1,4}))?$/

/** Name of the blob of a root. */
export function rootName({ digest, isList }: Pick<Entry, 'digest' | 'isList'>): string {
  return isList ? `${digest.slice(2)}.list` : digest.slice(2)
}

/** Name of the blob of a chunk, from 0. */
export function chunkName(digest: Hex, index: number): string {
  return `${digest.slice(2)}.${index}`
}

/** Name of the blob that says that a content is pinned. */
export function pinName(digest: Hex): string {
  return `${digest.slice(2)}.pin`
}

/** The entry of a content of which nothing but the root is there. @param length bytes of the root */
export function newEntry(digest: Hex, isList: boolean, length: number): Entry {
  const count = isList ? countOfList(length) : 0
  return { digest, isList, count, bytes: length + count * CHUNK_BYTES, held: new Set(), isPinned: false }
}

/** Whether all of a content is there. */
export function isWhole({ count, held }: Entry): boolean {
  return held.size === count
}

/**
 * Finds out what is there by the names of blobs.
 *
 * @returns entries, the oldest first; and the names of what belongs to none: a crash came between its removal and the root's
 */
export function readShelf(blobs: readonly StoredBlob[]): { entries: Entry[]; orphans: string[] } {
  const parsed = blobs.flatMap((blob) => {
    const [, digits, kind] = NAME.exec(blob.name) ?? []
    return digits === undefined ? [] : [{ ...blob, digest: `0x${digits}` as Hex, kind }]
  })
  const roots = parsed
    .filter(({ kind }) => kind === undefined || kind === 'list')
    .sort((a, b) => a.writtenAt - b.writtenAt)
  const entries = new Map(
    roots.map(({ digest, kind, size }) => [digest, newEntry(digest, kind === 'list', size)]),
  )
  const orphans: string[] = []
  for (const { name, digest, kind } of parsed) {
    const entry = entries.get(digest)
    if (entry === undefined) orphans.push(name)
    else if (kind === 'pin') entry.isPinned = true
    else if (kind !== undefined && kind !== 'list') entry.held.add(Number(kind))
  }
  return { entries: [...entries.values()], orphans }
}
