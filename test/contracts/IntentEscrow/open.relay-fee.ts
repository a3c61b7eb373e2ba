import {
  authorization,
  EVIDENCE,
  market,
  newDeal,
  open,
  opened,
  PAYMENT,
  pack,
  permit,
} from '../agreement.ts'
import { expect, loadFixture } from '../base.ts'
import { balanceOf, escrowed } from './fixture.ts'
import { walletMarket } from './wallet-market.ts'

const RELAY_FEE = 300n

describe('IntentEscrow: open, the relay fee', () => {
  it('goes to whoever submits, on top of the payment', async () => {
    const d = await loadFixture(market)
    const before = await balanceOf(d, d.buyer)
    await opened(d, { relayFee: RELAY_FEE })
    expect(await balanceOf(d, d.stranger)).to.equal(RELAY_FEE)
    expect(await balanceOf(d, d.buyer)).to.equal(before - PAYMENT - RELAY_FEE)
    expect(await escrowed(d)).to.equal(PAYMENT)
  })

  it('is neither paid nor given back by what follows', async () => {
    const d = await loadFixture(market)
    const before = await balanceOf(d, d.buyer)
    const settled = await opened(d, { relayFee: RELAY_FEE, nonce: 1n })
    await d.escrow.connect(d.buyer).settle(pack(settled.agreement), 250n, false, EVIDENCE, '0x')
    const cancelled = await opened(d, { relayFee: RELAY_FEE, nonce: 2n })
    await d.escrow.connect(d.seller).cancel(pack(cancelled.agreement), cancelled.conditions)
    expect(await balanceOf(d, d.buyer)).to.equal(before - PAYMENT - 2n * RELAY_FEE)
    expect(await escrowed(d)).to.equal(0n)
  })

  it('is pulled together with the payment', async () => {
    const d = await loadFixture(walletMarket)
    const deal = await newDeal(d, { relayFee: RELAY_FEE })
    await expect(open(d, deal, await authorization(d, deal.id, PAYMENT))).to.be.revertedWithCustomError(
      d.token,
      'ERC3009InvalidSignature',
    )
    await open(d, deal, await authorization(d, deal.id, PAYMENT + RELAY_FEE))
    const other = await newDeal(d, { relayFee: RELAY_FEE, nonce: 2n })
    await open(d, other, await permit(d, PAYMENT + RELAY_FEE))
    expect(await balanceOf(d, d.stranger)).to.equal(2n * RELAY_FEE)
    expect(await escrowed(d)).to.equal(2n * PAYMENT)
  })
})
