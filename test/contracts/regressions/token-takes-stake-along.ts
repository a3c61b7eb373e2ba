import { EXPOSURE, market, newDeal, open, opened, pack } from '../agreement.ts'
import { bindWallet, DAY, DOLLAR, expect, loadFixture, time } from '../base.ts'

describe('Regression: a transferred token that takes its stake along', () => {
  it('leaves the stake with who deposited it, live exposure included', async () => {
    const d = await loadFixture(market)
    const deal = await opened(d)
    await d.registry.connect(d.owner).transferFrom(d.owner, d.stranger, d.agentId)
    const vault = d.vault.connect(d.stranger)
    await expect(vault.requestUnstake(d.agentId, d.escrow, 1n))
      .to.be.revertedWithCustomError(d.vault, 'NotStaked')
      .withArgs(d.agentId, d.stranger, d.escrow, 0n, 1n)
    await d.escrow.connect(d.seller).cancel(pack(deal.agreement), deal.conditions)
    const { staked, locked } = await d.vault.positionOf(d.agentId, d.owner, d.escrow)
    expect([staked, locked]).to.deep.equal([5n * DOLLAR, 0n])
    await d.vault.connect(d.owner).requestUnstake(d.agentId, d.escrow, staked)
    await time.increase(14 * DAY)
    await d.vault.connect(d.owner).unstake(d.agentId, d.escrow, d.owner)
    expect(await d.token.balanceOf(d.owner)).to.equal(5n * DOLLAR)
  })

  it('exposes nothing of the former owner’s to what the new owner’s key signs', async () => {
    const d = await loadFixture(market)
    await d.registry.connect(d.owner).transferFrom(d.owner, d.stranger, d.agentId)
    await bindWallet(d, d.stranger, d.agentId, d.seller)
    const epoch = await d.registry.keyEpochOf(d.agentId)
    await expect(open(d, await newDeal(d, { sellerEpoch: epoch })))
      .to.be.revertedWithCustomError(d.escrow, 'SellerNotBound')
      .withArgs(d.seller, d.agentId, epoch)
    await expect(open(d, await newDeal(d, { sellerEpoch: epoch, staker: d.stranger.address })))
      .to.be.revertedWithCustomError(d.vault, 'InsufficientStake')
      .withArgs(d.agentId, d.stranger, d.escrow, 0n, EXPOSURE)
  })
})
