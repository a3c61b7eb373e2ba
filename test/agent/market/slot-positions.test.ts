import { expect } from 'chai'
import fc from 'fast-check'
import { concat, encodeAbiParameters, keccak256, zeroHash } from 'viem'
import { clearSlot } from '../../../agent/market/clearing.ts'
import { type PositionClaim, readVoided, recompute } from '../../../agent/market/slot-positions.ts'
import { MeshError } from '../../../protocol/errors.ts'
import type { Hex, SlotOrder } from '../../../protocol/types.ts'
import * as arbitrary from '../../protocol/support/arbitraries.ts'

const rules = { minPrice: -100n, maxPrice: 100n, retailPrice: 300n }
const orders: fc.Arbitrary<SlotOrder[]> = fc.array(
  fc.record({
    account: arbitrary.address,
    side: fc.constantFrom('buy' as const, 'sell' as const),
    tariff: fc.constant(0n),
    // Few prices, so that margins are shared.
    steps: fc
      .record({ price: fc.bigInt({ min: 1n, max: 3n }), quantity: fc.bigInt({ min: 1n, max: 999n }) })
      .map((step) => [step]),
  }),
  { minLength: 1, maxLength: 12 },
)
const RICH = 10n ** 30n
const cleared = (book: readonly SlotOrder[]) =>
  clearSlot(
    book,
    book.map(() => RICH),
    rules,
  )

/** As OpenZeppelin's MerkleProof has it. */
function rootBy({ position: { index, account, quantity }, proof }: PositionClaim): Hex {
  const types = [{ type: 'uint256' }, { type: 'address' }, { type: 'int256' }] as const
  const leaf = keccak256(encodeAbiParameters(types, [BigInt(index), account, quantity]))
  return proof.reduce(
    (node, sibling) => keccak256(concat(node < sibling ? [node, sibling] : [sibling, node])),
    leaf,
  )
}

/** The root that a book comes to, out of the error of one that does not. */
function rootOf(book: readonly SlotOrder[], voided: readonly boolean[]): Hex {
  try {
    recompute(book, voided, rules, zeroHash)
  } catch (error) {
    if (error instanceof MeshError && error.code === 'CLEARING_DIFFERS') return error.received as Hex
    throw error
  }
  throw new Error('a book came to nothing')
}

describe('positions of a slot', () => {
  it('have proofs that lead to one root, as a contract verifies them', () => {
    fc.assert(
      fc.property(orders, fc.infiniteStream(fc.boolean()), (book, bits) => {
        const voided = book.map(() => bits.next().value === true)
        const root = rootOf(book, voided)
        const { claims, clearing } = recompute(book, voided, rules, root)
        expect(claims.map(rootBy)).to.deep.equal(book.map(() => root))
        expect(clearing.voided).to.deep.equal(voided)
        expect(claims.map(({ position }) => position.quantity)).to.deep.equal(clearing.fills)
      }),
    )
  })

  it('are refused when the chain has another root: another book, or another void', () => {
    fc.assert(
      fc.property(orders, (book) => {
        const voided = book.map(() => false)
        const root = rootOf(book, voided)
        const other = book.with(0, { ...(book[0] as SlotOrder), account: `0x${'09'.repeat(20)}` })
        expect(() => recompute(other, voided, rules, root)).to.throw('not cleared to what its orders come to')
      }),
    )
  })

  it('read bits of voids from the words that are logged', () => {
    const words = [1n | (1n << 255n), 2n]
    const voided = readVoided(words, 300)
    expect(voided.flatMap((isVoid, index) => (isVoid ? index : []))).to.deep.equal([0, 255, 257])
  })
})

describe('the sequence of a book', () => {
  it('moves what an order gets by one Wh at most, and neither the price nor what trades', () => {
    fc.assert(
      fc.property(orders, fc.nat(), (book, seed) => {
        const places = fc.sample(fc.shuffledSubarray([...book.keys()], { minLength: book.length }), {
          seed,
          numRuns: 1,
        })[0] as number[]
        const honest = cleared(book)
        const reordered = cleared(places.map((place) => book[place] as SlotOrder))
        expect(reordered.price).to.equal(honest.price)
        expect(reordered.quantity).to.equal(honest.quantity)
        for (const [index, place] of places.entries()) {
          const moved = (reordered.fills[index] ?? 0n) - (honest.fills[place] ?? 0n)
          expect(moved >= -1n && moved <= 1n, `${moved} Wh`).to.equal(true)
        }
      }),
    )
  })
})
