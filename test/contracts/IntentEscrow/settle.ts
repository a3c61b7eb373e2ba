import {
  EVIDENCE,
  EXPOSURE,
  FEE,
  market,
  newDeal,
  opened,
  PAYMENT,
  pack,
  Status,
  sign,
  signRelease,
} from '../agreement.ts'
import { ethers, expect, loadFixture, malleate, time } from '../base.ts'
import {
  balanceOf,
  escrowed,
  expectOnlyIn,
  expectSettlement,
  feesOf,
  lockedStake,
  signEvidence,
} from './fixture.ts'

const whole = { status: Status.Settled, paid: PAYMENT - FEE, fee: FEE, evidence: EVIDENCE }

describe('IntentEscrow: settle', () => {
  it('pays the payout account, sets the fee aside and frees the stake', async () => {
    const d = await loadFixture(market)
    const deal = await opened(d)
    const release = await signRelease(d, d.buyer, deal.id)
    const call = d.escrow.connect(d.stranger).settle(pack(deal.agreement), 250n, false, EVIDENCE, release)
    await expectSettlement(d, deal, call, whole)
    expect(await balanceOf(d, d.payout)).to.equal(PAYMENT - FEE)
    expect(await feesOf(d, d.payout)).to.equal(FEE)
    expect(await escrowed(d)).to.equal(0n)
    expect(await lockedStake(d)).to.equal(0n)
    expect([...(await d.escrow.recordOf(deal.id))]).to.deep.equal([Status.Settled, PAYMENT, 0n, 0n, 0n])
  })

  it('takes the word of the buyer when it calls itself', async () => {
    const d = await loadFixture(market)
    const deal = await opened(d)
    const call = d.escrow.connect(d.buyer).settle(pack(deal.agreement), 250n, false, EVIDENCE, '0x')
    await expectSettlement(d, deal, call, whole)
  })

  it('takes a buyer’s own release of the whole as the last, whoever brings it', async () => {
    const d = await loadFixture(market)
    const deal = await opened(d)
    const release = await signRelease(d, d.buyer, deal.id, { last: true })
    const call = d.escrow.connect(d.stranger).settle(pack(deal.agreement), 250n, true, EVIDENCE, release)
    await expectSettlement(d, deal, call, whole)
  })

  it('needs no fee of a payment too small to bear one', async () => {
    const d = await loadFixture(market)
    const deal = await opened(d, { quantity: 199n, price: 1000n })
    const call = d.escrow.connect(d.buyer).settle(pack(deal.agreement), 199n, false, EVIDENCE, '0x')
    await expectSettlement(d, deal, call, { ...whole, paid: 199n, fee: 0n })
  })

  it('settles what bears no stake', async () => {
    const d = await loadFixture(market)
    await opened(d, { nonce: 2n })
    const deal = await opened(d, { exposure: 0n })
    await d.escrow.connect(d.buyer).settle(pack(deal.agreement), 250n, false, EVIDENCE, '0x')
    expect(await lockedStake(d)).to.equal(EXPOSURE)
  })

  it('still settles after the deadline, as long as nobody refunded', async () => {
    const d = await loadFixture(market)
    const deal = await opened(d)
    await time.increaseTo(BigInt(deal.agreement.deadline) + 1n)
    const call = d.escrow.connect(d.buyer).settle(pack(deal.agreement), 250n, false, EVIDENCE, '0x')
    await expectSettlement(d, deal, call, whole)
  })

  it('refuses everybody who does not bring the word of the buyer for this agreement, quantity and evidence', async () => {
    const d = await loadFixture(market)
    const deal = await opened(d)
    const good = await signRelease(d, d.buyer, deal.id)
    const bad = [
      '0x',
      await signRelease(d, d.seller, deal.id),
      await signRelease(d, d.buyer, deal.id, { evidence: ethers.id('other evidence') }),
      await signRelease(d, d.buyer, deal.id, { quantity: 249n }),
      await signRelease(d, d.buyer, deal.id, { last: true }),
      await signRelease(d, d.buyer, ethers.id('other agreement')),
      await signEvidence(d, d.buyer, deal.id),
      await sign(d, d.buyer, deal),
      malleate(good),
      ethers.concat([good, '0x00']),
    ]
    for (const release of bad) {
      await expect(d.escrow.connect(d.seller).settle(pack(deal.agreement), 250n, false, EVIDENCE, release))
        .to.be.revertedWithCustomError(d.escrow, 'InvalidSignature')
        .withArgs(d.buyer)
    }
  })

  it('refuses a wrong release from the buyer too: it meant something else', async () => {
    const d = await loadFixture(market)
    const deal = await opened(d)
    const release = await signRelease(d, d.buyer, deal.id, { evidence: ethers.id('other evidence') })
    await expect(
      d.escrow.connect(d.buyer).settle(pack(deal.agreement), 250n, false, EVIDENCE, release),
    ).to.be.revertedWithCustomError(d.escrow, 'InvalidSignature')
  })

  it('works in no status but Open and Delivered', async () => {
    const d = await loadFixture(market)
    await expectOnlyIn(d, ['Open', 'Delivered'], (deal) =>
      d.escrow.connect(d.buyer).settle(pack(deal.agreement), 250n, false, EVIDENCE, '0x'),
    )
  })

  it('needs exactly the agreement that was opened', async () => {
    const d = await loadFixture(market)
    const { agreement } = await opened(d)
    for (const change of [
      { quantity: 251n },
      { payout: d.stranger.address },
      { exposure: 0n },
      { nonce: 9n },
    ]) {
      const other = { ...agreement, ...change }
      await expect(
        d.escrow.connect(d.buyer).settle(pack(other), 250n, false, EVIDENCE, '0x'),
      ).to.be.revertedWithCustomError(d.escrow, 'UnexpectedStatus')
    }
  })

  it('settles although owner, wallet and stake changed in between', async () => {
    const d = await loadFixture(market)
    const deal = await opened(d)
    await d.vault.connect(d.owner).requestUnstake(d.agentId, d.escrow, EXPOSURE)
    await d.registry.connect(d.owner).transferFrom(d.owner, d.stranger, d.agentId)
    await d.escrow.connect(d.buyer).settle(pack(deal.agreement), 250n, false, EVIDENCE, '0x')
    expect(await lockedStake(d)).to.equal(0n)
  })

  it('pays whoever a never-opened copy names nothing', async () => {
    const d = await loadFixture(market)
    await opened(d)
    const { agreement } = await newDeal(d, { buyer: d.stranger.address, payer: d.stranger.address })
    await expect(
      d.escrow.connect(d.stranger).settle(pack(agreement), 250n, false, EVIDENCE, '0x'),
    ).to.be.revertedWithCustomError(d.escrow, 'UnexpectedStatus')
  })
})
