/** A hash of 32 bytes. On chain it is keccak256; the caller brings its fastest. */
export type Hash = (data: Uint8Array) => Uint8Array

const BYTES_PER_VALUE = 4
/** What stands where there is no chunk. */
const PADDING = new Uint8Array(32)

/**
 * Cuts a vector into chunks, as they are committed to: two's complement, big-endian, 4 bytes per value.
 *
 * @param vector 32-bit integers
 * @param chunkSize values per chunk; the last may have fewer
 * @throws RangeError when the vector is empty or the chunk size is no positive integer
 *
 * @example
 * ```ts
 * encodeChunks(Int32Array.of(1, -1, 2), 2) // [Uint8Array 00000001ffffffff, Uint8Array 00000002]
 * ```
 */
export function encodeChunks(vector: Int32Array, chunkSize: number): Uint8Array[] {
  if (vector.length === 0 || !Number.isInteger(chunkSize) || chunkSize < 1) {
    throw new RangeError(`a vector of ${vector.length} cannot be cut into chunks of ${chunkSize}`)
  }
  const chunks: Uint8Array[] = []
  for (let start = 0; start < vector.length; start += chunkSize) {
    const values = vector.subarray(start, start + chunkSize)
    const bytes = new Uint8Array(values.length * BYTES_PER_VALUE)
    const view = new DataView(bytes.buffer)
    values.forEach((value, i) => {
      view.setInt32(i * BYTES_PER_VALUE, value)
    })
    chunks.push(bytes)
  }
  return chunks
}

/**
 * Merkle tree over chunks: leaves are their hashes, padded with zeros to a power of two, and every node is the hash
 * of its two children in order. A chunk's place fixes its path, so the root determines what stands at each place.
 *
 * @returns the levels from the leaves to the root
 * @throws RangeError when there are no chunks
 */
function levelsOf(chunks: readonly Uint8Array[], hash: Hash): Uint8Array[][] {
  if (chunks.length === 0) throw new RangeError('no chunks to commit to')
  const width = 2 ** Math.ceil(Math.log2(chunks.length))
  let level = Array.from({ length: width }, (_, i) => {
    const chunk = chunks[i]
    return chunk === undefined ? PADDING : hash(chunk)
  })
  const levels = [level]
  while (level.length > 1) {
    const children = level
    level = Array.from({ length: children.length / 2 }, (_, i) =>
      hash(pair(children[2 * i] ?? PADDING, children[2 * i + 1] ?? PADDING)),
    )
    levels.push(level)
  }
  return levels
}

/**
 * Root of the tree over chunks: what a participant commits to.
 *
 * @throws RangeError when there are no chunks
 *
 * @example
 * ```ts
 * chunkRoot(encodeChunks(update, 256), (data) => keccak256(data, 'bytes'))
 * ```
 */
export function chunkRoot(chunks: readonly Uint8Array[], hash: Hash): Uint8Array {
  return levelsOf(chunks, hash).at(-1)?.[0] ?? PADDING
}

/**
 * Path of a chunk to the root: its siblings, from the leaf upwards.
 *
 * @param index place of the chunk, from 0
 * @throws RangeError when there is no such chunk
 *
 * @example
 * ```ts
 * chunkProof(encodeChunks(update, 256), 3, (data) => keccak256(data, 'bytes'))
 * ```
 */
export function chunkProof(chunks: readonly Uint8Array[], index: number, hash: Hash): Uint8Array[] {
  if (chunks[index] === undefined) throw new RangeError(`no chunk ${index} of ${chunks.length}`)
  const below = levelsOf(chunks, hash).slice(0, -1)
  return below.map((level, height) => level[Math.floor(index / 2 ** height) ^ 1] ?? PADDING)
}

/**
 * Whether a chunk stands at its place below a root, of a tree of so many chunks.
 *
 * @example
 * ```ts
 * isChunkAt(chunk, chunkProof(chunks, 3, hash), chunkRoot(chunks, hash), 3, chunks.length, hash) // true
 * ```
 */
export function isChunkAt(
  chunk: Uint8Array,
  proof: readonly Uint8Array[],
  root: Uint8Array,
  index: number,
  count: number,
  hash: Hash,
): boolean {
  if (index < 0 || index >= count || proof.length !== Math.ceil(Math.log2(count))) return false
  const node = proof.reduce(
    (below, sibling, height) =>
      hash(Math.floor(index / 2 ** height) % 2 === 0 ? pair(below, sibling) : pair(sibling, below)),
    hash(chunk),
  )
  return node.length === root.length && node.every((byte, i) => byte === root[i])
}

function pair(left: Uint8Array, right: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(left.length + right.length)
  bytes.set(left)
  bytes.set(right, left.length)
  return bytes
}
