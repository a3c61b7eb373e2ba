import fc from 'fast-check'
import { hashAgreement, hashRelease } from '../../../protocol/eip712.ts'
import type { Hex, Agreement as ProtocolAgreement } from '../../../protocol/types.ts'
import {
  type Agreement,
  agreementTypes,
  escrowDomain,
  market,
  newAgreement,
  releaseTypes,
} from '../agreement.ts'
import { ethers, expect, loadFixture, SALT } from '../base.ts'

const { TypedDataEncoder } = ethers

const address = fc
  .bigInt({ min: 0n, max: 2n ** 160n - 1n })
  .map((n) => ethers.getAddress(ethers.toBeHex(n, 20)))
const word = fc.bigInt({ min: 0n, max: 2n ** 256n - 1n })
const hash = word.map((n) => ethers.toBeHex(n, 32))
const uint = (bits: bigint) => fc.bigInt({ min: 0n, max: 2n ** bits - 1n })

const agreements = fc.record({
  buyer: address,
  seller: address,
  payout: address,
  token: address,
  quantity: uint(64n),
  price: uint(64n),
  lot: uint(64n),
  exposure: uint(128n),
  feeBps: uint(16n),
  expiry: uint(64n),
  deadline: uint(64n),
  intentHash: hash,
  termsHash: hash,
  nonce: word,
})

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

  it('gives every agreement the digest that ethers, and the protocol, compute', async () => {
    const d = await loadFixture(market)
    const domain = await escrowDomain(d)
    const property = fc.asyncProperty(agreements, async (agreement) => {
      const id = await d.escrow.idOf(agreement)
      expect(id).to.equal(TypedDataEncoder.hash(domain, agreementTypes, agreement))
      expect(id).to.equal(hashAgreement(domain as never, agreement as unknown as ProtocolAgreement))
    })
    await fc.assert(property, { numRuns: 40 })
  })

  it('hashes a release as the protocol does', async () => {
    const d = await loadFixture(market)
    const domain = await escrowDomain(d)
    const release = { agreement: ethers.id('agreement') as Hex, evidence: ethers.id('evidence') as Hex }
    expect(hashRelease(domain as never, release)).to.equal(
      TypedDataEncoder.hash(domain, releaseTypes, release),
    )
  })

  it('binds every field: changing any of them changes the id', async () => {
    const d = await loadFixture(market)
    const agreement = await newAgreement(d)
    const ids = new Set([await d.escrow.idOf(agreement)])
    const others: { [K in keyof Agreement]: Agreement[K] } = {
      buyer: d.stranger.address,
      seller: d.stranger.address,
      payout: d.stranger.address,
      token: d.stranger.address,
      quantity: 251n,
      price: 190_001n,
      lot: 1001n,
      exposure: 0n,
      feeBps: 51n,
      expiry: BigInt(agreement.expiry) + 1n,
      deadline: BigInt(agreement.deadline) + 1n,
      intentHash: ethers.id('another'),
      termsHash: ethers.id('another'),
      nonce: 2n,
    }
    for (const [field, value] of Object.entries(others)) {
      ids.add(await d.escrow.idOf({ ...agreement, [field]: value }))
    }
    expect(ids.size).to.equal(1 + Object.keys(others).length)
  })

  it('refuses an encoding whose padding is dirty, so that an id has one encoding', async () => {
    const d = await loadFixture(market)
    const data = d.escrow.interface.encodeFunctionData('idOf', [await newAgreement(d)])
    const dirty = `0x${data.slice(2, 10)}ff${data.slice(12)}`
    await expect(ethers.provider.call({ to: d.escrow, data: dirty })).to.be.revert(ethers)
  })
})
