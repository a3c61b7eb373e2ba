import { EXPOSURE, market, newDeal, open, opened, PAYMENT, pack, Status, sign } from '../agreement.ts'
import { DOLLAR, ethers, expect, loadFixture, newKey, register, stakeFor } from '../base.ts'
import { balanceOf, escrowed, expectOnlyIn, lockedStake } from './fixture.ts'

/** A seller that speaks for no agent. */
const unbound = { agentId: 0n, sellerEpoch: 0n, staker: ethers.ZeroAddress, exposure: 0n }

describe('IntentEscrow: open', () => {
  it('takes the payment and locks the stake', async () => {
    const d = await loadFixture(market)
    const before = await balanceOf(d, d.buyer)
    const { id } = await opened(d)
    expect([...(await d.escrow.recordOf(id))]).to.deep.equal([Status.Open, 0n, 0n, 0n, 0n])
    expect(await balanceOf(d, d.buyer)).to.equal(before - PAYMENT)
    expect(await escrowed(d)).to.equal(PAYMENT)
    expect(await lockedStake(d)).to.equal(EXPOSURE)
  })

  it('logs the whole agreement, so that anybody can end it from the log', async () => {
    const d = await loadFixture(market)
    const deal = await newDeal(d)
    await expect(open(d, deal))
      .to.emit(d.escrow, 'Opened')
      .withArgs(deal.id, d.buyer, d.seller, pack(deal.agreement))
  })

  it('answers with the id', async () => {
    const d = await loadFixture(market)
    const deal = await newDeal(d)
    const signatures = [await sign(d, d.buyer, deal), await sign(d, d.seller, deal)] as const
    expect(await d.escrow.open.staticCall(pack(deal.agreement), ...signatures, '0x')).to.equal(deal.id)
  })

  it('works in no status but None', async () => {
    const d = await loadFixture(market)
    await expectOnlyIn(d, ['None'], (deal) => open(d, deal))
  })

  it('locks nothing when no exposure is agreed', async () => {
    const d = await loadFixture(market)
    await opened(d, { exposure: 0n })
    expect(await lockedStake(d)).to.equal(0n)
  })

  it('lets a seller without agent sell without stake, and only without', async () => {
    const d = await loadFixture(market)
    await opened(d, unbound)
    for (const change of [{ exposure: 1n }, { sellerEpoch: 1n }, { staker: d.owner.address }]) {
      const deal = await newDeal(d, { ...unbound, ...change, nonce: 2n })
      await expect(open(d, deal))
        .to.be.revertedWithCustomError(d.escrow, 'SellerNotBound')
        .withArgs(d.seller, 0n, deal.agreement.sellerEpoch)
    }
  })

  it('leaves nothing behind when the payment fails', async () => {
    const d = await loadFixture(market)
    const deal = await newDeal(d, { quantity: 2n ** 60n })
    await expect(open(d, deal)).to.be.revertedWithCustomError(d.ledger, 'BalanceTooLow')
    expect(await d.escrow.statusOf(deal.id)).to.equal(Status.None)
    expect(await lockedStake(d)).to.equal(0n)
  })

  it('lets a key that never held gas be the buyer', async () => {
    const d = await loadFixture(market)
    const key = newKey()
    await d.ledger.connect(d.module).move(d.token, d.buyer, key, PAYMENT, 0n)
    const deal = await newDeal(d, { buyer: key.address, payer: key.address })
    await d.escrow.open(pack(deal.agreement), await sign(d, key, deal), await sign(d, d.seller, deal), '0x')
    expect(await balanceOf(d, key)).to.equal(0n)
  })

  it('refuses a seller that does not speak for the agent, owner and epoch of the agreement', async () => {
    const d = await loadFixture(market)
    const otherId = await register(d, d.owner)
    for (const change of [
      { agentId: otherId },
      { sellerEpoch: 0n },
      { sellerEpoch: 2n },
      { staker: d.stranger.address },
    ]) {
      const deal = await newDeal(d, change)
      await expect(open(d, deal))
        .to.be.revertedWithCustomError(d.escrow, 'SellerNotBound')
        .withArgs(d.seller, deal.agreement.agentId, deal.agreement.sellerEpoch)
    }
    await d.registry.connect(d.owner).unsetAgentWallet(d.agentId)
    await expect(open(d, await newDeal(d, { exposure: 0n }))).to.be.revertedWithCustomError(
      d.escrow,
      'SellerNotBound',
    )
  })

  it('refuses exposure above the free stake', async () => {
    const d = await loadFixture(market)
    const free = await d.vault.freeStake(d.agentId, d.owner, d.escrow)
    await opened(d, { exposure: free, nonce: 1n })
    await expect(open(d, await newDeal(d, { exposure: 1n, nonce: 2n })))
      .to.be.revertedWithCustomError(d.vault, 'InsufficientStake')
      .withArgs(d.agentId, d.owner, d.escrow, 0n, 1n)
  })

  it('cannot reach what the owner staked for other modules, or asked back', async () => {
    const d = await loadFixture(market)
    await stakeFor(d, d.owner, d.agentId, 100n * DOLLAR, d.module.address)
    await d.vault.connect(d.owner).requestUnstake(d.agentId, d.escrow, 5n * DOLLAR)
    await expect(open(d, await newDeal(d, { exposure: 1n })))
      .to.be.revertedWithCustomError(d.vault, 'InsufficientStake')
      .withArgs(d.agentId, d.owner, d.escrow, 0n, 1n)
  })
})
