import fc from 'fast-check'
import { packAgreement } from '../../../protocol/packed-agreement.ts'
import {
  type Agreement,
  agreementTypes,
  type Conditions,
  conditionsTypes,
  disputeTypes,
  escrowDomain,
  evidenceTypes,
  hashConditions,
  market,
  newConditions,
  newDeal,
  pack,
  readingTypes,
  releaseTypes,
} from '../agreement.ts'
import { ethers, expect, loadFixture, newKey, SALT } from '../base.ts'

const { TypedDataEncoder } = ethers

const address = fc
  .bigInt({ min: 0n, max: 2n ** 160n - 1n })
  .map((n) => ethers.getAddress(ethers.toBeHex(n, 20)))
const word = fc.bigInt({ min: 0n, max: 2n ** 256n - 1n })
const hash = word.map((n) => ethers.toBeHex(n, 32))
const uint = (bits: bigint) => fc.bigInt({ min: 0n, max: 2n ** bits - 1n })

const arbitraryConditions = fc.record({
  arbitrator: address,
  meter: address,
  start: uint(64n),
  end: uint(64n),
  lateFrom: uint(64n),
  lateBps: uint(16n),
  window: uint(32n),
  splitBps: uint(16n),
  retail: uint(64n),
})
const arbitraryAgreement = fc.record({
  buyer: address,
  payer: address,
  seller: address,
  payout: address,
  token: address,
  staker: address,
  agentId: uint(64n),
  exposure: uint(96n),
  quantity: uint(64n),
  price: uint(64n),
  lot: uint(96n),
  feeBps: uint(16n),
  penaltyBps: uint(16n),
  relayFee: uint(96n),
  buyerEpoch: uint(32n),
  sellerEpoch: uint(32n),
  expiry: uint(64n),
  deadline: uint(64n),
  intentHash: hash,
  termsHash: hash,
  nonce: uint(128n),
})

/** The call with the first byte of one word of its arguments set. */
const dirtied = (data: string, index: number) => {
  const at = 10 + 64 * index
  return `${data.slice(0, at)}01${data.slice(at + 2)}`
}

describe('IntentEscrow: EIP-712', () => {
  it('describes its domain, salt included, as ERC-5267 does', async () => {
    const d = await loadFixture(market)
    const domain = await d.escrow.eip712Domain()
    expect([...domain]).to.deep.equal(['0x1f', 'MESH', '1', 31337n, d.addresses.escrow, SALT, []])
  })

  it('has the domain separator that ethers computes', async () => {
    const d = await loadFixture(market)
    const separator = TypedDataEncoder.hashDomain(await escrowDomain(d))
    expect(await d.escrow.domainSeparator()).to.equal(separator)
  })

  it('gives every agreement the digest that ethers computes, its conditions nested', async () => {
    const d = await loadFixture(market)
    const domain = await escrowDomain(d)
    const property = fc.asyncProperty(arbitraryAgreement, arbitraryConditions, async (made, conditions) => {
      const onChain = { ...made, conditions: hashConditions(conditions) }
      expect(packAgreement(onChain as never)).to.deep.equal(pack(onChain))
      expect(await d.escrow.hashConditions(conditions)).to.equal(onChain.conditions)
      const digest = TypedDataEncoder.hash(domain, agreementTypes, { ...made, conditions })
      expect(await d.escrow.idOf(pack(onChain))).to.equal(digest)
    })
    await fc.assert(property, { numRuns: 40 })
  })

  it('spells the types out as wallets show them', () => {
    const encoder = TypedDataEncoder.from(agreementTypes)
    const conditions =
      'Conditions(address arbitrator,address meter,uint64 start,uint64 end,uint64 lateFrom,uint16 lateBps,uint32 window,uint16 splitBps,uint64 retail)'
    expect(encoder.encodeType('Agreement')).to.equal(
      `Agreement(address buyer,address payer,address seller,address payout,address token,address staker,uint64 agentId,uint96 exposure,uint64 quantity,uint64 price,uint96 lot,uint16 feeBps,uint16 penaltyBps,uint96 relayFee,uint32 buyerEpoch,uint32 sellerEpoch,uint64 expiry,uint64 deadline,bytes32 intentHash,bytes32 termsHash,uint128 nonce,Conditions conditions)${conditions}`,
    )
    for (const [types, expected] of [
      [conditionsTypes, conditions],
      [releaseTypes, 'Release(bytes32 agreement,uint64 quantity,bool last,bytes32 evidence)'],
      [evidenceTypes, 'Evidence(bytes32 agreement,uint64 quantity,bytes32 evidence)'],
      [readingTypes, 'Reading(bytes32 agreement,uint64 quantity)'],
      [disputeTypes, 'Dispute(bytes32 agreement)'],
    ] as const) {
      const [name = ''] = Object.keys(types)
      expect(TypedDataEncoder.from({ ...types }).encodeType(name)).to.equal(expected)
    }
  })

  it('binds every field of the agreement: changing any of them changes the id', async () => {
    const d = await loadFixture(market)
    const { agreement } = await newDeal(d)
    const ids = new Set([await d.escrow.idOf(pack(agreement))])
    const fields = Object.entries(agreement) as [keyof Agreement, string | number | bigint][]
    for (const [field, value] of fields) {
      const other = typeof value === 'string' ? ethers.id('other').slice(0, value.length) : BigInt(value) + 1n
      ids.add(await d.escrow.idOf(pack({ ...agreement, [field]: other })))
    }
    expect(fields.length).to.equal(22)
    expect(ids.size).to.equal(23)
  })

  it('binds every field of the conditions', async () => {
    const d = await loadFixture(market)
    const conditions = await newConditions()
    const hashes = new Set([await d.escrow.hashConditions(conditions)])
    const fields = Object.keys(conditions) as (keyof Conditions)[]
    for (const field of fields) {
      const value = conditions[field]
      const other = typeof value === 'string' ? newKey().address : BigInt(value) + 1n
      hashes.add(await d.escrow.hashConditions({ ...conditions, [field]: other }))
    }
    expect(fields.length).to.equal(9)
    expect(hashes.size).to.equal(10)
  })

  it('has one packed form per agreement: whichever bit of it is flipped, the id is another', async () => {
    const d = await loadFixture(market)
    const packed = pack((await newDeal(d)).agreement)
    const ids = new Set([await d.escrow.idOf(packed)])
    for (const [place, word] of packed.entries()) {
      for (const bit of [0, 15, 16, 31, 32, 63, 64, 95, 96, 127, 128, 191, 192, 255]) {
        const flipped = ethers.toBeHex(BigInt(word) ^ (1n << BigInt(bit)), 32)
        ids.add(await d.escrow.idOf(packed.with(place, flipped)))
      }
    }
    expect(packed.length).to.equal(10)
    expect(ids.size).to.equal(141)
  })

  it('refuses conditions with dirty upper bits, so that a hash has one encoding', async () => {
    const d = await loadFixture(market)
    const { conditions } = await newDeal(d)
    const data = d.escrow.interface.encodeFunctionData('hashConditions', [conditions])
    expect(await ethers.provider.call({ to: d.escrow, data })).to.have.length(66)
    for (const [index, { name }] of conditionsTypes.Conditions.entries()) {
      const call = ethers.provider.call({ to: d.escrow, data: dirtied(data, index) })
      expect(await call.then(() => name).catch(() => 'refused')).to.equal('refused')
    }
  })
})
