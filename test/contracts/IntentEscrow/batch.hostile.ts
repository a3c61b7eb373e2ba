import { encodeFunding, FundingKind, market, newDeal, PAYMENT, pack, Status, sign } from '../agreement.ts'
import { ethers, expect, loadFixture, networkHelpers } from '../base.ts'
import { type Market, newTrade, signedByBoth } from './fixture.ts'

const encodeTrade = async (d: Market, overrides = {}) =>
  d.escrow.interface.encodeFunctionData('trade', await signedByBoth(d, await newTrade(d, overrides)))

const selectorOf = (d: Market, error: string) => d.escrow.interface.getError(error)?.selector ?? ''

/** The market, and a token that does as it is told; the buyer lets the ledger take it. */
async function hostileMarket() {
  const d = await market()
  const bad = await ethers.deployContract('HostileToken')
  await bad.mint(d.buyer, 10n * PAYMENT)
  await bad.connect(d.buyer).approve(d.ledger, ethers.MaxUint256)
  return { ...d, bad, badToken: await bad.getAddress() }
}

const fromWallet = encodeFunding(FundingKind.Permit, 0n, 0n, '0x')

describe('IntentEscrow: batch, with too little gas', () => {
  it('reverts whole, instead of skipping what would have succeeded', async () => {
    const d = await loadFixture(market)
    const calls = await Promise.all([1n, 2n].map((nonce) => encodeTrade(d, { nonce })))
    for (const gasLimit of [300_000n, 450_000n, 560_000n]) {
      await expect(d.escrow.batch(calls, { gasLimit })).to.be.revertedWithCustomError(
        d.escrow,
        'InsufficientGas',
      )
    }
    expect(await d.escrow.isNonceUsed(d.buyer, 1n)).to.equal(false)
    await d.escrow.batch(calls, { gasLimit: 900_000n })
    expect(await d.escrow.isNonceUsed(d.buyer, 2n)).to.equal(true)
  })

  it('skips no good call at any gas limit', async () => {
    const d = await loadFixture(market)
    const calls = [await encodeTrade(d, { nonce: 1n }), await encodeTrade(d, { nonce: 2n })]
    const data = d.escrow.interface.encodeFunctionData('batch', [calls])
    const topic = d.escrow.getEvent('Skipped').fragment.topicHash
    let made = 0
    for (let gasLimit = 100_000n; gasLimit <= 800_000n; gasLimit += 35_000n) {
      const snapshot = await networkHelpers.takeSnapshot()
      const receipt = await d.stranger
        .sendTransaction({ to: d.escrow, data, gasLimit })
        .then((sent) => sent.wait())
        .catch(() => undefined)
      expect(receipt?.logs.filter((log) => log.topics[0] === topic) ?? []).to.deep.equal([])
      if (receipt) made++
      await snapshot.restore()
    }
    expect(made).to.be.greaterThan(0)
  })
})

describe('IntentEscrow: batch, calls that misbehave', () => {
  it('lets a signer that burns all its gas spoil its own call only', async () => {
    const d = await loadFixture(market)
    const burner = await (await ethers.deployContract('GasBurner')).getAddress()
    const deal = await newTrade(d, { buyer: burner, payer: burner })
    const bad = d.escrow.interface.encodeFunctionData('trade', [
      pack(deal.agreement),
      '0x',
      await sign(d, d.seller, deal),
    ])
    const calls = [bad, await encodeTrade(d, { nonce: 1n }), bad, await encodeTrade(d, { nonce: 2n })]
    const call = d.escrow.batch(calls, { gasLimit: 2_500_000n })
    await expect(call).to.emit(d.escrow, 'Skipped').withArgs(0, selectorOf(d, 'InvalidSignature'))
    await expect(call).to.emit(d.escrow, 'Skipped').withArgs(2, selectorOf(d, 'InvalidSignature'))
    expect(await d.escrow.isNonceUsed(d.buyer, 1n)).to.equal(true)
    expect(await d.escrow.isNonceUsed(d.buyer, 2n)).to.equal(true)
  })

  it('does not pay for the length of a hostile token’s error', async () => {
    const d = await loadFixture(hostileMarket)
    await d.bad.setMode(5)
    const deals = await Promise.all([7n, 8n, 9n].map((nonce) => newDeal(d, { nonce, token: d.badToken })))
    const opens = await Promise.all(
      deals.map(async (deal) =>
        d.escrow.interface.encodeFunctionData('open', [...(await signedByBoth(d, deal)), fromWallet]),
      ),
    )
    const measure = async (calls: string[]) => {
      const sent = await d.escrow.batch(calls, { gasLimit: 5_000_000n })
      return (await sent.wait())?.gasUsed ?? 0n
    }
    const one = await measure(opens.slice(0, 1))
    const three = await measure(opens)
    expect(three < 3n * one).to.equal(true)
    await d.escrow.batch([...opens, await encodeTrade(d)], { gasLimit: 5_000_000n })
    expect(await d.escrow.isNonceUsed(d.buyer, 1n)).to.equal(true)
  })

  it('skips a batch within a batch, which cannot have gas enough', async () => {
    const d = await loadFixture(market)
    const inner = d.escrow.interface.encodeFunctionData('batch', [[await encodeTrade(d)]])
    await expect(d.escrow.batch([inner, await encodeTrade(d, { nonce: 2n })]))
      .to.emit(d.escrow, 'Skipped')
      .withArgs(0, selectorOf(d, 'InsufficientGas'))
    expect(await d.escrow.isNonceUsed(d.buyer, 1n)).to.equal(false)
    expect(await d.escrow.isNonceUsed(d.buyer, 2n)).to.equal(true)
  })

  it('lets a token that calls back make nothing by a batch', async () => {
    const d = await loadFixture(hostileMarket)
    const deal = await newDeal(d, { token: d.badToken })
    const refund = d.escrow.interface.encodeFunctionData('refund', [pack(deal.agreement)])
    const inner = d.escrow.interface.encodeFunctionData('batch', [[refund, await encodeTrade(d)]])
    await d.bad.arm(d.escrow, inner)
    const call = d.escrow.open(...(await signedByBoth(d, deal)), fromWallet, { gasLimit: 3_000_000n })
    for (const index of [0, 1]) {
      await expect(call)
        .to.emit(d.escrow, 'Skipped')
        .withArgs(index, selectorOf(d, 'ReentrancyGuardReentrantCall'))
    }
    expect(BigInt(await d.bad.result())).to.equal(0n)
    expect(await d.escrow.statusOf(deal.id)).to.equal(Status.Open)
  })
})
