import { bytesToHex } from 'viem'
import { type Hex, wrongCoordinate } from '../../../agent/index.ts'
import { keccak } from '../../../protocol/keccak.ts'
import { TERMS } from './terms.ts'

/**
 * The proof that an aggregate is wrong, as the contract takes it; the right one is to take its place.
 *
 * @param updates that count, in the order of the participants
 */
export function challengeOf(
  wrong: Int32Array,
  right: Int32Array,
  updates: readonly Int32Array[],
  rootOf: (vector: Int32Array) => Hex,
) {
  const found = wrongCoordinate(wrong, right, updates, TERMS.chunkSize, keccak)
  if (found === undefined) throw new RangeError('nothing is wrong with the aggregate')
  const hex = (bytes: Uint8Array) => bytesToHex(bytes)
  return {
    resultRoot: rootOf(wrong),
    successor: rootOf(right),
    chunkIndex: BigInt(found.chunkIndex),
    coordinate: BigInt(found.coordinate),
    resultChunk: hex(found.resultChunk),
    resultProof: found.resultProof.map(hex),
    chunks: found.chunks.map(hex),
    proofs: found.proofs.map((proof) => proof.map(hex)),
  }
}
