import { FEE, market, newDeal, PAYMENT, pack, Status, sign } from '../agreement.ts'
import { bindWallet, DOLLAR, ethers, expect, loadFixture, malleate, time } from '../base.ts'
import { balanceOf, escrowed, feesOf, mandatedMarket, newTrade, signedByBoth } from './fixture.ts'

describe('IntentEscrow: trade', () => {
  it('pays at once, whoever brings both signatures', async () => {
    const d = await loadFixture(market)
    const before = await balanceOf(d, d.buyer)
    const deal = await newTrade(d)
    await expect(d.escrow.connect(d.stranger).trade(...(await signedByBoth(d, deal))))
      .to.emit(d.escrow, 'Traded')
      .withArgs(
        deal.id,
        d.buyer,
        d.seller,
        d.token,
        d.payout,
        250n,
        PAYMENT - FEE,
        FEE,
        deal.agreement.intentHash,
        deal.agreement.termsHash,
      )
    expect(await balanceOf(d, d.buyer)).to.equal(before - PAYMENT)
    expect(await balanceOf(d, d.payout)).to.equal(PAYMENT - FEE)
    expect(await feesOf(d, d.payout)).to.equal(FEE)
    expect(await escrowed(d)).to.equal(0n)
    expect(await d.escrow.isNonceUsed(d.buyer, 1n)).to.equal(true)
    expect(await d.escrow.statusOf(deal.id)).to.equal(Status.None)
  })

  it('takes a nonce of the buyer’s once, for whatever trade', async () => {
    const d = await loadFixture(market)
    const deal = await newTrade(d)
    await d.escrow.trade(...(await signedByBoth(d, deal)))
    for (const again of [deal, await newTrade(d, { quantity: 1n, price: 1000n, lot: 1n })]) {
      await expect(d.escrow.trade(...(await signedByBoth(d, again))))
        .to.be.revertedWithCustomError(d.escrow, 'NonceUsed')
        .withArgs(d.buyer, 1n)
    }
    for (const nonce of [0n, 2n, 255n, 256n, 257n, 2n ** 128n - 1n]) {
      await d.escrow.trade(...(await signedByBoth(d, await newTrade(d, { nonce }))))
    }
  })

  it('refuses a deadline or an exposure: that is for open', async () => {
    const d = await loadFixture(market)
    for (const change of [{ deadline: (await newDeal(d)).agreement.deadline }, { exposure: 1n }]) {
      const deal = await newTrade(d, change)
      await expect(d.escrow.trade(...(await signedByBoth(d, deal))))
        .to.be.revertedWithCustomError(d.escrow, 'InvalidDeadline')
        .withArgs(deal.agreement.expiry, deal.agreement.deadline, 0n)
    }
  })

  it('needs both signatures', async () => {
    const d = await loadFixture(market)
    const deal = await newTrade(d)
    const [buyers, sellers] = [await sign(d, d.buyer, deal), await sign(d, d.seller, deal)]
    for (const bad of ['0x', sellers, malleate(buyers)]) {
      await expect(d.escrow.connect(d.buyer).trade(pack(deal.agreement), bad, sellers))
        .to.be.revertedWithCustomError(d.escrow, 'InvalidSignature')
        .withArgs(d.buyer)
    }
    await expect(d.escrow.connect(d.seller).trade(pack(deal.agreement), buyers, buyers))
      .to.be.revertedWithCustomError(d.escrow, 'InvalidSignature')
      .withArgs(d.seller)
  })

  it('holds the terms to what open holds them to', async () => {
    const d = await loadFixture(market)
    const now = await time.latest()
    for (const [change, error] of [
      [{ expiry: now }, 'AgreementExpired'],
      [{ payer: d.seller.address }, 'SameParty'],
      [{ payout: d.addresses.ledger }, 'InvalidPayout'],
      [{ token: ethers.ZeroAddress }, 'InvalidToken'],
      [{ lot: 0n }, 'ZeroLot'],
      [{ price: 0n }, 'InvalidPayment'],
      [{ feeBps: 0n }, 'FeeMismatch'],
      [{ penaltyBps: 10_001n }, 'ShareTooLarge'],
    ] as const) {
      const deal = await newTrade(d, change)
      await expect(d.escrow.trade(...(await signedByBoth(d, deal)))).to.be.revertedWithCustomError(
        d.escrow,
        error,
      )
    }
  })

  it('refuses a key of the seller that was revoked, also when it is bound again', async () => {
    const d = await loadFixture(market)
    const deal = await newTrade(d)
    await d.registry.connect(d.owner).unsetAgentWallet(d.agentId)
    await bindWallet(d, d.owner, d.agentId, d.seller)
    await expect(d.escrow.trade(...(await signedByBoth(d, deal))))
      .to.be.revertedWithCustomError(d.escrow, 'SellerNotBound')
      .withArgs(d.seller, d.agentId, 1n)
  })

  it('pays the relay fee to whoever submits', async () => {
    const d = await loadFixture(market)
    const before = await balanceOf(d, d.buyer)
    await d.escrow.connect(d.stranger).trade(...(await signedByBoth(d, await newTrade(d, { relayFee: 9n }))))
    expect(await balanceOf(d, d.stranger)).to.equal(9n)
    expect(await balanceOf(d, d.buyer)).to.equal(before - PAYMENT - 9n)
  })

  it('burns no nonce when the payer has not the money', async () => {
    const d = await loadFixture(market)
    const deal = await newTrade(d)
    await d.ledger.connect(d.module).take(d.token, d.buyer, 100n * DOLLAR)
    await expect(d.escrow.trade(...(await signedByBoth(d, deal)))).to.be.revertedWithCustomError(
      d.ledger,
      'BalanceTooLow',
    )
    expect(await d.escrow.isNonceUsed(d.buyer, 1n)).to.equal(false)
  })
})

describe('IntentEscrow: trade, paid by the owner of the buyer’s agent', () => {
  it('counts payment and relay fee within the mandate', async () => {
    const d = await loadFixture(mandatedMarket)
    const before = await balanceOf(d, d.stranger)
    const deal = await newTrade(d, { ...d.mandated, relayFee: 9n })
    await d.escrow.connect(d.deployer).trade(...(await signedByBoth(d, deal)))
    expect(await balanceOf(d, d.stranger)).to.equal(before - PAYMENT - 9n)
    expect(await balanceOf(d, d.deployer)).to.equal(9n)
    expect((await d.ledger.mandateOf(d.stranger, d.buyingAgent, d.token)).spent).to.equal(PAYMENT + 9n)
  })

  it('stops at the cap of one payee', async () => {
    const d = await loadFixture(mandatedMarket)
    const terms = { ...d.mandated, quantity: DOLLAR / 2n + 1n, price: 1n, lot: 1n }
    await expect(
      d.escrow.trade(...(await signedByBoth(d, await newTrade(d, terms)))),
    ).to.be.revertedWithCustomError(d.ledger, 'PayeeCapExceeded')
  })

  it('ends with the binding', async () => {
    const d = await loadFixture(mandatedMarket)
    const deal = await newTrade(d, d.mandated)
    await d.registry.connect(d.stranger).unsetAgentWallet(d.buyingAgent)
    await expect(d.escrow.trade(...(await signedByBoth(d, deal))))
      .to.be.revertedWithCustomError(d.escrow, 'PayerNotBound')
      .withArgs(d.buyer, d.stranger, 1n)
  })
})
