import { concat, numberToHex } from 'viem'
import { checksummed } from './checksum.ts'
import type { Agreement, Hex } from './types.ts'

type Name = keyof Agreement

/** The words of a packed agreement: members with their sizes in bytes, from high to low. */
const WORDS: readonly Partial<Record<Name, number>>[] = [
  { buyer: 20, expiry: 8, buyerEpoch: 4 },
  { payer: 20, deadline: 8, sellerEpoch: 4 },
  { seller: 20, agentId: 8, feeBps: 2, penaltyBps: 2 },
  { payout: 20, lot: 12 },
  { token: 20, relayFee: 12 },
  { staker: 20, exposure: 12 },
  { quantity: 8, price: 8, nonce: 16 },
  { intentHash: 32 },
  { termsHash: 32 },
  { conditions: 32 },
]
/** Members that are bytes, not numbers. */
const BYTES: readonly string[] =
  'buyer payer seller payout token staker intentHash termsHash conditions'.split(' ')

/** An agreement as it travels to the chain, and as events show it: ten words without padding. */
export type PackedAgreement = readonly [Hex, Hex, Hex, Hex, Hex, Hex, Hex, Hex, Hex, Hex]

/**
 * Packs an agreement; the layout is that of `contracts/libraries/AgreementCodec.sol`.
 *
 * @throws IntegerOutOfRangeError of viem when a member does not fit its place.
 */
export function packAgreement(agreement: Agreement): PackedAgreement {
  const words = WORDS.map((word) =>
    concat(
      Object.entries(word).map(([name, size]) => {
        const value = agreement[name as Name]
        return typeof value === 'bigint' ? numberToHex(value, { size }) : value
      }),
    ),
  )
  return words as unknown as PackedAgreement
}

/** Where each member is, in hexadecimal digits behind `0x`. */
const PLACES = WORDS.flatMap((word, index) => {
  let from = 2
  return Object.entries(word).map(([name, size]) => {
    const start = from
    from += 2 * size
    return { name, index, start, end: from, kind: kindOf(name, size) }
  })
})

function kindOf(name: string, size: number): 'number' | 'address' | 'hash' {
  if (!BYTES.includes(name)) return 'number'
  return size === 20 ? 'address' : 'hash'
}

/** What a packed agreement says. */
export function unpackAgreement(words: PackedAgreement): Agreement {
  const agreement: Record<string, bigint | Hex> = {}
  for (const { name, index, start, end, kind } of PLACES) {
    const value: Hex = `0x${words[index]?.slice(start, end)}`
    agreement[name] = kind === 'number' ? BigInt(value) : kind === 'address' ? checksummed(value) : value
  }
  return agreement as unknown as Agreement
}
