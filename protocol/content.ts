import { bytesToHex, hexToBytes } from 'viem'
import { WireError } from './errors.ts'
import type { Hex } from './types.ts'

/** Bytes of a chunk; the last of a content may have fewer. */
export const CHUNK_BYTES = 128 * 1024
/** Most bytes of a content. Its list of chunks is then smaller than a chunk. */
export const MAX_CONTENT_BYTES = 256 * 1024 * 1024

/** Begins every list of chunks, and nothing else that is a root. */
const LIST_MARK = new TextEncoder().encode('mesh chunk list\n')
const SIZE_BYTES = 8
const DIGEST_BYTES = 32
const HEADER_BYTES = LIST_MARK.length + SIZE_BYTES

/** Which chunks a content has, in their order. */
export interface ChunkList {
  /** Bytes of the content. */
  readonly size: number
  /** SHA-256 of each chunk. */
  readonly digests: readonly Hex[]
}

/** A content with what it is named by. */
export interface NamedContent {
  /** SHA-256 of the root: what the content is asked for by, and what goes on chain. */
  readonly digest: Hex
  /** The content itself, or its list of chunks. */
  readonly root: Uint8Array
  /** Undefined where the root is the content. */
  readonly list: ChunkList | undefined
}

/** SHA-256 (FIPS 180-4). */
export async function sha256(bytes: Uint8Array): Promise<Hex> {
  // A view of shared memory cannot be digested; none is made here.
  return bytesToHex(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>)))
}

/**
 * Names a content: a Merkle tree of two levels, so that every chunk is verified by itself as it comes. A content of one
 * chunk is its own root, and its name the SHA-256 of its bytes; that of a longer one, or of one that begins as lists do,
 * is the SHA-256 of the list of its chunks. So every root is one thing or the other, and every content has one name.
 *
 * Source: Merkle, "A digital signature based on a conventional encryption function" (1987), with leaves told from nodes;
 * of two levels as BitTorrent v2 (BEP 52) has its piece layers.
 *
 * @throws RangeError when it is longer than {@link MAX_CONTENT_BYTES}
 * @example
 * ```ts
 * (await nameContent(new TextEncoder().encode('abc'))).digest // 0xba7816bf8f01cfea414140de5dae2223…
 * ```
 */
export async function nameContent(content: Uint8Array): Promise<NamedContent> {
  if (content.length > MAX_CONTENT_BYTES) {
    throw new RangeError(`a content has at most ${MAX_CONTENT_BYTES} bytes, not ${content.length}`)
  }
  if (content.length <= CHUNK_BYTES && !isList(content)) {
    return { digest: await sha256(content), root: content, list: undefined }
  }
  const count = Math.ceil(content.length / CHUNK_BYTES)
  const digests = await Promise.all(
    Array.from({ length: count }, (_, index) => sha256(chunkOf(content, index))),
  )
  const list = { size: content.length, digests }
  const root = writeList(list)
  return { digest: await sha256(root), root, list }
}

/** A chunk of a content, from 0; a view of its bytes. */
export function chunkOf(content: Uint8Array, index: number): Uint8Array {
  return content.subarray(index * CHUNK_BYTES, (index + 1) * CHUNK_BYTES)
}

/** Bytes of a chunk of a content of so many. */
export function chunkLength({ size }: Pick<ChunkList, 'size'>, index: number): number {
  return Math.min(CHUNK_BYTES, size - index * CHUNK_BYTES)
}

/** Whether bytes begin as a list of chunks does. */
export function isList(root: Uint8Array): boolean {
  return root.length >= LIST_MARK.length && LIST_MARK.every((byte, index) => root[index] === byte)
}

/** How many chunks a list of so many bytes names. */
export function countOfList(length: number): number {
  return Math.floor((length - HEADER_BYTES) / DIGEST_BYTES)
}

/**
 * Reads a root.
 *
 * @returns the list of chunks; undefined when the root is the content itself
 * @throws WireError `CHUNK_LIST_INVALID` when it begins as a list and is none, or not of the one form that it may have
 */
export function readRoot(root: Uint8Array): ChunkList | undefined {
  if (!isList(root)) {
    if (root.length <= CHUNK_BYTES) return undefined
    throw invalid('a content of at most a chunk', `${root.length} bytes`)
  }
  if (root.length < HEADER_BYTES) throw invalid(`at least ${HEADER_BYTES} bytes`, `${root.length} bytes`)
  const { buffer, byteOffset, byteLength } = root
  const declared = new DataView(buffer, byteOffset, byteLength).getBigUint64(LIST_MARK.length)
  if (declared < BigInt(LIST_MARK.length) || declared > BigInt(MAX_CONTENT_BYTES)) {
    throw invalid(`a content of ${LIST_MARK.length} to ${MAX_CONTENT_BYTES} bytes`, declared)
  }
  const size = Number(declared)
  const count = Math.ceil(size / CHUNK_BYTES)
  const length = HEADER_BYTES + count * DIGEST_BYTES
  if (root.length !== length) throw invalid(`${length} bytes for ${count} chunks`, `${root.length} bytes`)
  const digests = Array.from({ length: count }, (_, index) => {
    const start = HEADER_BYTES + index * DIGEST_BYTES
    return bytesToHex(root.subarray(start, start + DIGEST_BYTES))
  })
  return { size, digests }
}

/**
 * Whether a content is long enough for the list that it has, or begins as lists do: any other would have a second name.
 *
 * @param first its first chunk
 */
export function needsList({ size }: Pick<ChunkList, 'size'>, first: Uint8Array): boolean {
  return size > CHUNK_BYTES || isList(first)
}

function writeList({ size, digests }: ChunkList): Uint8Array {
  const root = new Uint8Array(HEADER_BYTES + digests.length * DIGEST_BYTES)
  root.set(LIST_MARK)
  new DataView(root.buffer).setBigUint64(LIST_MARK.length, BigInt(size))
  for (const [index, digest] of digests.entries()) {
    root.set(hexToBytes(digest), HEADER_BYTES + index * DIGEST_BYTES)
  }
  return root
}

function invalid(expected: string, received: unknown): WireError {
  return new WireError('CHUNK_LIST_INVALID', 'A content is named by what is no list of chunks.', {
    field: 'root',
    expected,
    received,
    remedy: 'Ask its publisher for another one: no provider can have better chunks of this.',
  })
}
