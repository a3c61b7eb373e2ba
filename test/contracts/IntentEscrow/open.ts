import { balance, EXPOSURE, market, newAgreement, open, opened, PAYMENT, Status, sign } from '../agreement.ts'
import { expect, loadFixture, newKey, time } from '../base.ts'

describe('IntentEscrow: open', () => {
  it('takes the payment, locks the stake and remembers when', async () => {
    const d = await loadFixture(market)
    const before = await d.ledger.balanceOf(d.token, d.buyer)
    const { id } = await opened(d)
    expect(await d.escrow.statusOf(id)).to.equal(Status.Open)
    expect(await d.escrow.openedAt(id)).to.equal(await time.latest())
    expect(await d.ledger.balanceOf(d.token, d.buyer)).to.equal(before - PAYMENT)
    expect(await d.ledger.balanceOf(d.token, d.escrow)).to.equal(PAYMENT)
    expect((await d.vault.positionOf(d.agentId, d.owner)).locked).to.equal(EXPOSURE)
  })

  it('logs the whole agreement, so that anybody can end it from the log', async () => {
    const d = await loadFixture(market)
    const agreement = await newAgreement(d)
    const id = await d.escrow.idOf(agreement)
    await expect(open(d, agreement))
      .to.emit(d.escrow, 'Opened')
      .withArgs(id, d.buyer, d.seller, Object.values(agreement))
  })

  it('locks nothing when no exposure is agreed, bound or not', async () => {
    const d = await loadFixture(market)
    const agreement = await newAgreement(d, { exposure: 0n, seller: d.stranger.address })
    const signatures = [await sign(d, d.buyer, agreement), await sign(d, d.stranger, agreement)] as const
    await expect(d.escrow.open(agreement, ...signatures, balance)).not.to.emit(d.vault, 'Locked')
  })

  it('leaves nothing behind when the payment fails', async () => {
    const d = await loadFixture(market)
    const agreement = await newAgreement(d, { quantity: 2n ** 60n })
    await expect(open(d, agreement)).to.be.revertedWithCustomError(d.ledger, 'BalanceTooLow')
    expect(await d.escrow.statusOf(await d.escrow.idOf(agreement))).to.equal(Status.None)
    expect((await d.vault.positionOf(d.agentId, d.owner)).locked).to.equal(0n)
  })

  it('lets a key that never held gas be the buyer', async () => {
    const d = await loadFixture(market)
    const key = newKey()
    await d.token.connect(d.buyer).mint(d.buyer, PAYMENT)
    await d.token.connect(d.buyer).approve(d.ledger, PAYMENT)
    await d.ledger.connect(d.buyer).deposit(d.token, key, PAYMENT)
    const agreement = await newAgreement(d, { buyer: key.address })
    await d.escrow.open(agreement, await sign(d, key, agreement), await sign(d, d.seller, agreement), balance)
    expect(await d.ledger.balanceOf(d.token, key)).to.equal(0n)
  })

  it('refuses exposure of a seller that speaks for no agent', async () => {
    const d = await loadFixture(market)
    await d.registry.connect(d.owner).unsetAgentWallet(d.agentId)
    await expect(open(d, await newAgreement(d)))
      .to.be.revertedWithCustomError(d.escrow, 'SellerNotBound')
      .withArgs(d.seller)
  })

  it('refuses exposure above the free stake', async () => {
    const d = await loadFixture(market)
    const free = await d.vault.freeStake(d.agentId)
    await open(d, await newAgreement(d, { exposure: free, nonce: 1n }))
    await expect(open(d, await newAgreement(d, { exposure: 1n, nonce: 2n })))
      .to.be.revertedWithCustomError(d.vault, 'InsufficientStake')
      .withArgs(d.agentId, d.owner, 0n, 1n)
  })

  it('refuses exposure when the owner took the escrow off its modules', async () => {
    const d = await loadFixture(market)
    await d.vault.connect(d.owner).approveModule(d.escrow, false)
    await expect(open(d, await newAgreement(d)))
      .to.be.revertedWithCustomError(d.vault, 'ModuleNotApproved')
      .withArgs(d.owner, d.escrow)
  })
})
