/**
 * The least that smoldot, a light client of Substrate chains, takes for a chain: a checkpoint that nobody ever made,
 * in the SCALE encoding. It makes smoldot open connections, which is all that is wanted of it.
 */
const u32 = (value: number) => Buffer.from(Uint32Array.of(value).buffer)
const u64 = (value: bigint) => Buffer.from(BigUint64Array.of(value).buffer)
const fill = (byte: number) => Buffer.alloc(32, byte)
const compact = (value: number) => Buffer.of(value << 2)
const hex = (...parts: (Buffer | string)[]) =>
  `0x${Buffer.concat(parts.map((part) => Buffer.from(part as string))).toString('hex')}`
/** A tree without roots, and without a finalized number. */
const NO_TREE = Buffer.of(0, 0)

/** One authority, secondary slots allowed. */
function epoch(index: number): Buffer {
  return Buffer.concat([
    fill(index),
    u32(index),
    Buffer.of(1),
    u64(BigInt(index)),
    u64(BigInt(index) * 100n),
    u64(100n),
    compact(1),
    fill(7),
    u64(1n),
    fill(8),
    u64(1n),
    u64(4n),
    Buffer.of(2),
  ])
}

/** @param bootNode multiaddr with an Ed25519 peer id, the only kind that smoldot knows */
export function foreignChain(bootNode: string): string {
  const preRuntime = [Buffer.of(6), Buffer.from('BABE'), compact(13), Buffer.of(2), u32(0), u64(150n)]
  const seal = [Buffer.of(5), Buffer.from('BABE'), Buffer.of(1, 1), Buffer.alloc(64, 1)]
  return JSON.stringify({
    name: 'nowhere',
    id: 'nowhere',
    chainType: 'Local',
    bootNodes: [bootNode],
    protocolId: 'nowhere',
    properties: {},
    genesis: { stateRootHash: hex(fill(1)) },
    lightSyncState: {
      babeEpochChanges: hex(NO_TREE, compact(2), epoch(1), epoch(2)),
      babeFinalizedBlockWeight: 0,
      finalizedBlockHeader: hex(fill(3), compact(5), fill(4), fill(5), compact(2), ...preRuntime, ...seal),
      grandpaAuthoritySet: hex(compact(1), fill(9), u64(1n), u64(0n), NO_TREE, Buffer.of(0, 0)),
    },
  })
}
