import { EVIDENCE, FEE, market, newDeal, open, opened, PAYMENT, pack } from '../agreement.ts'
import { ethers, expect, loadFixture } from '../base.ts'
import { balanceOf, feesOf } from '../IntentEscrow/fixture.ts'

describe('Regression: the fee is raised in mid-job', () => {
  it('takes the fee that both signed, which nobody can change', async () => {
    const d = await loadFixture(market)
    const deal = await opened(d)
    const writable = d.escrow.interface.fragments
      .filter((fragment) => fragment.type === 'function')
      .map((fragment) => ethers.FunctionFragment.from(fragment))
      .filter(({ stateMutability }) => !['view', 'pure'].includes(stateMutability))
      .map(({ name }) => name)
    expect(writable).to.have.members([
      'batch',
      'cancel',
      'claim',
      'deliver',
      'dispute',
      'open',
      'refund',
      'resolve',
      'revoke',
      'revokeNonces',
      'settle',
      'settleByMeter',
      'trade',
    ])
    await d.escrow.connect(d.buyer).settle(pack(deal.agreement), 250n, false, EVIDENCE, '0x')
    expect(await feesOf(d, d.payout)).to.equal(FEE)
    expect(await balanceOf(d, d.payout)).to.equal(PAYMENT - FEE)
  })

  it('opens nothing under another fee than its own', async () => {
    const d = await loadFixture(market)
    for (const feeBps of [0n, 49n, 51n]) {
      await expect(open(d, await newDeal(d, { feeBps })))
        .to.be.revertedWithCustomError(d.escrow, 'FeeMismatch')
        .withArgs(feeBps, 50n)
    }
  })
})
