import {
  agreementTypes,
  balance,
  EXPOSURE,
  escrowDomain,
  market,
  newAgreement,
  open,
  opened,
  PAYMENT,
  Status,
  sign,
  signRelease,
} from '../agreement.ts'
import { DAY, ethers, expect, loadFixture, malleate, newKey, time } from '../base.ts'

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

  it('opens in the second of the expiry and not in the next', async () => {
    const d = await loadFixture(market)
    const expiry = (await time.latest()) + 100
    const onTime = await newAgreement(d, { expiry, nonce: 1n })
    const late = await newAgreement(d, { expiry, nonce: 2n })
    await time.setNextBlockTimestamp(expiry)
    await open(d, onTime)
    await expect(open(d, late))
      .to.be.revertedWithCustomError(d.escrow, 'AgreementExpired')
      .withArgs(expiry, expiry + 1)
  })

  for (const [name, offset] of [
    ['at the expiry', 0],
    ['before the expiry', -1],
    ['more than 30 days after the expiry', 30 * DAY + 1],
  ] as const) {
    it(`refuses a deadline ${name}`, async () => {
      const d = await loadFixture(market)
      const expiry = (await time.latest()) + 600
      const agreement = await newAgreement(d, { expiry, deadline: expiry + offset })
      await expect(open(d, agreement))
        .to.be.revertedWithCustomError(d.escrow, 'InvalidDeadline')
        .withArgs(expiry, expiry + offset)
    })
  }

  it('accepts a deadline 30 days after the expiry', async () => {
    const d = await loadFixture(market)
    const expiry = (await time.latest()) + 600
    await open(d, await newAgreement(d, { expiry, deadline: expiry + 30 * DAY }))
  })

  for (const [overrides, error] of [
    [{ payout: ethers.ZeroAddress }, 'InvalidPayout'],
    [{ token: ethers.ZeroAddress }, 'InvalidToken'],
    [{ feeBps: 49n }, 'FeeMismatch'],
    [{ feeBps: 51n }, 'FeeMismatch'],
    [{ lot: 0n }, 'ZeroLot'],
    [{ quantity: 0n }, 'ZeroPayment'],
    [{ price: 0n }, 'ZeroPayment'],
    [{ quantity: 1n, price: 999n }, 'ZeroPayment'],
  ] as const) {
    it(`refuses ${JSON.stringify(overrides, (_, v) => (typeof v === 'bigint' ? `${v}` : v))}: ${error}`, async () => {
      const d = await loadFixture(market)
      await expect(open(d, await newAgreement(d, overrides))).to.be.revertedWithCustomError(d.escrow, error)
    })
  }

  it('refuses to pay out to itself, where nobody could take it', async () => {
    const d = await loadFixture(market)
    const agreement = await newAgreement(d, { payout: d.addresses.escrow })
    await expect(open(d, agreement)).to.be.revertedWithCustomError(d.escrow, 'InvalidPayout')
  })

  it('refuses an account that trades with itself', async () => {
    const d = await loadFixture(market)
    const agreement = await newAgreement(d, { seller: d.buyer.address })
    await expect(open(d, agreement)).to.be.revertedWithCustomError(d.escrow, 'SameParty').withArgs(d.buyer)
  })

  it('needs the signature of the buyer, even when it is the caller', async () => {
    const d = await loadFixture(market)
    const agreement = await newAgreement(d)
    const sellers = await sign(d, d.seller, agreement)
    for (const bad of [
      '0x',
      await sign(d, d.stranger, agreement),
      malleate(await sign(d, d.buyer, agreement)),
    ]) {
      await expect(d.escrow.connect(d.buyer).open(agreement, bad, sellers, balance))
        .to.be.revertedWithCustomError(d.escrow, 'InvalidSignature')
        .withArgs(d.buyer)
    }
  })

  it('needs the signature of the seller, even when it is the caller', async () => {
    const d = await loadFixture(market)
    const agreement = await newAgreement(d)
    const buyers = await sign(d, d.buyer, agreement)
    for (const bad of ['0x', buyers, malleate(await sign(d, d.seller, agreement))]) {
      await expect(d.escrow.connect(d.seller).open(agreement, buyers, bad, balance))
        .to.be.revertedWithCustomError(d.escrow, 'InvalidSignature')
        .withArgs(d.seller)
    }
  })

  it('refuses an agreement of which one field was changed after signing', async () => {
    const d = await loadFixture(market)
    const agreement = await newAgreement(d)
    const [buyers, sellers] = [await sign(d, d.buyer, agreement), await sign(d, d.seller, agreement)]
    for (const change of [{ price: 190_001n }, { payout: d.stranger.address }, { nonce: 2n }]) {
      await expect(d.escrow.open({ ...agreement, ...change }, buyers, sellers, balance))
        .to.be.revertedWithCustomError(d.escrow, 'InvalidSignature')
        .withArgs(d.buyer)
    }
  })

  it('refuses signatures made for another deployment on the same address', async () => {
    const d = await loadFixture(market)
    const agreement = await newAgreement(d)
    const salted = { ...(await escrowDomain(d)), salt: ethers.id('salt of the chain before the reset') }
    const buyers = await d.buyer.signTypedData(salted, agreementTypes, agreement)
    await expect(
      d.escrow.open(agreement, buyers, await sign(d, d.seller, agreement), balance),
    ).to.be.revertedWithCustomError(d.escrow, 'InvalidSignature')
  })

  it('refuses an address that no key signed for: a recovered zero is nobody', async () => {
    const d = await loadFixture(market)
    const agreement = await newAgreement(d, { buyer: ethers.ZeroAddress })
    const sellers = await sign(d, d.seller, agreement)
    const nobody = `0x${'00'.repeat(64)}1b`
    await expect(d.escrow.open(agreement, nobody, sellers, balance)).to.be.revertedWithCustomError(
      d.escrow,
      'InvalidSignature',
    )
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

  it('leaves nothing behind when the payment fails', async () => {
    const d = await loadFixture(market)
    const agreement = await newAgreement(d, { quantity: 2n ** 60n })
    await expect(open(d, agreement)).to.be.revertedWithCustomError(d.ledger, 'BalanceTooLow')
    expect(await d.escrow.statusOf(await d.escrow.idOf(agreement))).to.equal(Status.None)
    expect((await d.vault.positionOf(d.agentId, d.owner)).locked).to.equal(0n)
  })

  describe('a second time', () => {
    it('fails while open', async () => {
      const d = await loadFixture(market)
      const { agreement, id } = await opened(d)
      await expect(open(d, agreement))
        .to.be.revertedWithCustomError(d.escrow, 'UnexpectedStatus')
        .withArgs(id, Status.Open, Status.None)
    })

    it('fails after the settlement', async () => {
      const d = await loadFixture(market)
      const { agreement, id } = await opened(d)
      await d.escrow.settle(agreement, ethers.id('e'), await signRelease(d, d.buyer, id, ethers.id('e')))
      await expect(open(d, agreement))
        .to.be.revertedWithCustomError(d.escrow, 'UnexpectedStatus')
        .withArgs(id, Status.Settled, Status.None)
    })

    it('fails after the refund', async () => {
      const d = await loadFixture(market)
      const { agreement, id } = await opened(d)
      await time.increaseTo(BigInt(agreement.deadline) + 1n)
      await d.escrow.refund(agreement)
      await expect(open(d, agreement))
        .to.be.revertedWithCustomError(d.escrow, 'UnexpectedStatus')
        .withArgs(id, Status.Refunded, Status.None)
    })

    it('fails after the cancellation', async () => {
      const d = await loadFixture(market)
      const agreement = await newAgreement(d)
      await d.escrow.connect(d.seller).cancel(agreement)
      await expect(open(d, agreement))
        .to.be.revertedWithCustomError(d.escrow, 'UnexpectedStatus')
        .withArgs(await d.escrow.idOf(agreement), Status.Cancelled, Status.None)
    })
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
})
