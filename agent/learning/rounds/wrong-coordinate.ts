import { chunkProof, encodeChunks, type Hash } from '../chunk-tree.ts'

/** Where a proposed aggregate is wrong, and what proves it: chunks of bytes and their paths. */
export interface WrongCoordinate {
  chunkIndex: number
  /** Within the chunk. */
  coordinate: number
  resultChunk: Uint8Array
  resultProof: Uint8Array[]
  /** The same chunk of every update, in the order given, and their paths. */
  chunks: Uint8Array[]
  proofs: Uint8Array[][]
}

/**
 * The first coordinate at which a proposed aggregate differs from the right one, with the proof that a contract checks:
 * that chunk of the proposal and of every update.
 *
 * @param updates that count, in the order of the participants
 * @param chunkSize values per chunk
 * @param hash keccak256, as on chain
 * @returns undefined when the two are the same
 * @throws RangeError when the vectors differ in length
 *
 * @example
 * ```ts
 * wrongCoordinate(Int32Array.of(1, 9), Int32Array.of(1, 2), [Int32Array.of(1, 2)], 1, keccak)?.chunkIndex // 1
 * ```
 */
export function wrongCoordinate(
  proposed: Int32Array,
  right: Int32Array,
  updates: readonly Int32Array[],
  chunkSize: number,
  hash: Hash,
): WrongCoordinate | undefined {
  if ([proposed, ...updates].some(({ length }) => length !== right.length)) {
    throw new RangeError('vectors of different lengths cannot be compared')
  }
  const index = right.findIndex((value, i) => value !== proposed[i])
  if (index < 0) return undefined
  const chunkIndex = Math.floor(index / chunkSize)
  const part = (vector: Int32Array) => {
    const chunks = encodeChunks(vector, chunkSize)
    return { chunk: chunks[chunkIndex] ?? new Uint8Array(), proof: chunkProof(chunks, chunkIndex, hash) }
  }
  const result = part(proposed)
  const parts = updates.map(part)
  return {
    chunkIndex,
    coordinate: index % chunkSize,
    resultChunk: result.chunk,
    resultProof: result.proof,
    chunks: parts.map(({ chunk }) => chunk),
    proofs: parts.map(({ proof }) => proof),
  }
}
