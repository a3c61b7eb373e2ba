import { MeshError } from '../../protocol/errors.ts'
import { keccak } from '../../protocol/keccak.ts'
import type { Address, Hex, SlotOrder } from '../../protocol/types.ts'
import { fromHex } from '../../protocol/wire/fields.ts'
import { type Clearing, type ClearingRules, clearSlot } from './clearing.ts'

/** What an account holds after its slot was cleared: a leaf of the slot's Merkle tree. */
interface SlotPosition {
  /** Place of the order in the sequence of the slot's orders, from 0. */
  index: number
  account: Address
  /** Wh bought, or, below zero, sold; 0n for an order that was void or not met. */
  quantity: bigint
}

/** A position with the proof that it is one, as the clearing house takes it. */
export interface PositionClaim {
  position: SlotPosition
  /** Sibling hashes from the leaf up to the slot's root. */
  proof: Hex[]
}

/** A slot that was cleared, as anybody recomputes it from its orders. */
export interface ClearedSlot {
  clearing: Clearing
  /** In the sequence of the orders. */
  claims: PositionClaim[]
}

/** A balance that covers everything. */
const ENOUGH = 2n ** 255n

/**
 * Recomputes what a slot was cleared to, with the proofs by which its positions are settled.
 *
 * @param orders the slot's, in the sequence in which they were accepted
 * @param voided whether each of them was void
 * @param root of the slot's tree, as the chain has it
 * @throws MeshError `CLEARING_DIFFERS` when it comes to another root
 */
export function recompute(
  orders: readonly SlotOrder[],
  voided: readonly boolean[],
  rules: ClearingRules,
  root: Hex,
): ClearedSlot {
  // What nothing covers is void even where it costs nothing.
  const balances = orders.map((_, index) => (voided[index] ? -1n : ENOUGH))
  const clearing = clearSlot(orders, balances, rules)
  const positions = orders.map(
    ({ account }, index): SlotPosition => ({ index, account, quantity: clearing.fills[index] ?? 0n }),
  )
  const rows = rowsOver(positions.map(leafOf))
  const computed = rows.at(-1)?.[0]
  if (computed !== root) {
    throw new MeshError('CLEARING_DIFFERS', 'A slot was not cleared to what its orders come to.', {
      field: 'root',
      expected: root,
      received: computed,
      remedy: 'Check that the orders are all that the clearing house logged, in their sequence.',
    })
  }
  return {
    clearing,
    claims: positions.map((position) => ({ position, proof: proofOf(rows, position.index) })),
  }
}

/** Bit i % 256 of word i / 256 of `Cleared.voided`, for each of so many orders. */
export function readVoided(words: readonly bigint[], count: number): boolean[] {
  return Array.from(
    { length: count },
    (_, index) => (((words[index >> 8] ?? 0n) >> BigInt(index & 255)) & 1n) === 1n,
  )
}

/** The hash of a position's three words. */
function leafOf({ index, account, quantity }: SlotPosition): Hex {
  return hashed(word(BigInt(index)) + word(BigInt(account)) + word(BigInt.asUintN(256, quantity)))
}

/**
 * All rows of a tree, from the leaves to the root. Pairs are sorted, and a node without a sibling goes up as it is; see
 * `MerkleTree.sol`.
 */
function rowsOver(leaves: readonly Hex[]): Hex[][] {
  const rows = [[...leaves]]
  for (let row = rows[0] ?? []; row.length > 1; rows.push(row)) {
    const below = row
    row = []
    for (let i = 0; i < below.length; i += 2) row.push(parentOf(below[i] as Hex, below[i + 1]))
  }
  return rows
}

function proofOf(rows: readonly Hex[][], index: number): Hex[] {
  return rows.slice(0, -1).flatMap((row, height) => row[(index >> height) ^ 1] ?? [])
}

function parentOf(left: Hex, right: Hex | undefined): Hex {
  if (right === undefined) return left
  const [first, second] = left < right ? [left, right] : [right, left]
  return hashed(first.slice(2) + second.slice(2))
}

function hashed(digits: string): Hex {
  const bytes = keccak(fromHex(`0x${digits}`))
  return `0x${[...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`
}

function word(value: bigint): string {
  return value.toString(16).padStart(64, '0')
}
