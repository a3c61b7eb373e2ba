import { authorization, EVIDENCE, market, newDeal, opened, PAYMENT, pack, Status } from '../agreement.ts'
import { DOLLAR, ethers, expect, loadFixture } from '../base.ts'
import {
  balanceOf,
  expectSettlement,
  feesOf,
  lockedStake,
  type Market,
  newTrade,
  signedByBoth,
} from './fixture.ts'
import { walletMarket } from './wallet-market.ts'

const encodeTrade = async (d: Market, overrides = {}) =>
  d.escrow.interface.encodeFunctionData('trade', await signedByBoth(d, await newTrade(d, overrides)))

/** What a skipped call is logged with. */
const selectorOf = (d: Market, error: string) => {
  const fragment = d.escrow.interface.getError(error) ?? d.ledger.interface.getError(error)
  return fragment?.selector ?? expect.fail(error)
}

describe('IntentEscrow: batch', () => {
  it('makes many calls in one transaction', async () => {
    const d = await loadFixture(market)
    const calls = await Promise.all([1n, 2n, 3n].map((nonce) => encodeTrade(d, { nonce, relayFee: 5n })))
    expect(await d.escrow.batch.staticCall(calls)).to.equal(3n)
    const before = await balanceOf(d, d.buyer)
    await expect(d.escrow.connect(d.stranger).batch(calls)).not.to.emit(d.escrow, 'Skipped')
    expect(await balanceOf(d, d.buyer)).to.equal(before - 3n * (PAYMENT + 5n))
    expect((await balanceOf(d, d.payout)) + (await feesOf(d, d.payout))).to.equal(3n * PAYMENT)
    expect(await balanceOf(d, d.stranger)).to.equal(15n)
  })

  it('does nothing when there is nothing to do', async () => {
    const d = await loadFixture(market)
    expect(await d.escrow.batch.staticCall([])).to.equal(0n)
    await d.escrow.batch([])
  })

  it('skips a bad call with the selector of its error, and it leaves no trace', async () => {
    const d = await loadFixture(market)
    const calls = [
      await encodeTrade(d, { nonce: 1n }),
      await encodeTrade(d, { nonce: 1n }),
      await encodeTrade(d, { nonce: 2n, quantity: 2n ** 50n }),
      await encodeTrade(d, { nonce: 3n, sellerEpoch: 9n }),
      await encodeTrade(d, { nonce: 4n }),
    ]
    const before = await balanceOf(d, d.buyer)
    expect(await d.escrow.batch.staticCall(calls)).to.equal(2n)
    const call = d.escrow.batch(calls)
    for (const [index, error] of [
      [1, 'NonceUsed'],
      [2, 'BalanceTooLow'],
      [3, 'SellerNotBound'],
    ] as const) {
      await expect(call).to.emit(d.escrow, 'Skipped').withArgs(index, selectorOf(d, error))
    }
    expect(await balanceOf(d, d.buyer)).to.equal(before - 2n * PAYMENT)
    const used = await Promise.all([1n, 2n, 3n, 4n].map((nonce) => d.escrow.isNonceUsed(d.buyer, nonce)))
    expect(used).to.deep.equal([true, false, false, true])
  })

  it('skips what is no call at all with no selector', async () => {
    const d = await loadFixture(market)
    const call = d.escrow.batch(['0x', '0xffffffff', '0x01'])
    for (const index of [0, 1, 2]) {
      await expect(call).to.emit(d.escrow, 'Skipped').withArgs(index, '0x00000000')
    }
  })

  it('leaves no half of an opening: neither stake nor status', async () => {
    const d = await loadFixture(market)
    const deal = await newDeal(d, { quantity: 2n ** 50n })
    const data = d.escrow.interface.encodeFunctionData('open', [...(await signedByBoth(d, deal)), '0x'])
    await expect(d.escrow.batch([data]))
      .to.emit(d.escrow, 'Skipped')
      .withArgs(0, selectorOf(d, 'BalanceTooLow'))
    expect(await d.escrow.statusOf(deal.id)).to.equal(Status.None)
    expect(await lockedStake(d)).to.equal(0n)
  })

  it('opens many at the buyers’ expense, and the relay earns the fees', async () => {
    const d = await loadFixture(walletMarket)
    const calls: string[] = []
    for (const nonce of [1n, 2n]) {
      const deal = await newDeal(d, { nonce, relayFee: 7n })
      const funding = await authorization(d, deal.id, PAYMENT + 7n)
      const signed = await signedByBoth(d, deal)
      calls.push(d.escrow.interface.encodeFunctionData('open', [...signed, funding]))
    }
    await d.escrow.connect(d.stranger).batch(calls)
    expect(await balanceOf(d, d.stranger)).to.equal(14n)
  })

  it('calls in the caller’s own name, which gives each what it may and no more', async () => {
    const d = await loadFixture(market)
    const [first, second] = [await opened(d, { nonce: 1n }), await opened(d, { nonce: 2n })]
    const settle = d.escrow.interface.encodeFunctionData('settle', [
      pack(first.agreement),
      250n,
      false,
      EVIDENCE,
      '0x',
    ])
    const cancel = d.escrow.interface.encodeFunctionData('cancel', [
      pack(second.agreement),
      second.conditions,
    ])
    const byStranger = d.escrow.connect(d.stranger).batch([settle, cancel])
    await expect(byStranger).to.emit(d.escrow, 'Skipped').withArgs(0, selectorOf(d, 'InvalidSignature'))
    await expect(byStranger).to.emit(d.escrow, 'Skipped').withArgs(1, selectorOf(d, 'NotParty'))
    const byBuyer = d.escrow.connect(d.buyer).batch([settle, cancel])
    await expectSettlement(d, second, byBuyer, { status: Status.Cancelled, refunded: PAYMENT })
    expect(await d.escrow.statusOf(first.id)).to.equal(Status.Settled)
  })

  it('revokes nonces of the caller', async () => {
    const d = await loadFixture(market)
    await d.escrow
      .connect(d.stranger)
      .batch([d.escrow.interface.encodeFunctionData('revokeNonces', [0n, 2n])])
    expect(await d.escrow.isNonceUsed(d.stranger, 1n)).to.equal(true)
    expect(await d.escrow.isNonceUsed(d.buyer, 1n)).to.equal(false)
  })

  it('takes no ether, by no way', async () => {
    const d = await loadFixture(market)
    const data = d.escrow.interface.encodeFunctionData('batch', [[]])
    await expect(d.buyer.sendTransaction({ to: d.escrow, data, value: 1n })).to.be.revert(ethers)
    await expect(d.buyer.sendTransaction({ to: d.escrow, value: DOLLAR })).to.be.revert(ethers)
  })
})
