import { pack, Status } from '../agreement.ts'
import { bindWallet, DAY, DOLLAR, ethers, expect, loadFixture, prefund, register } from '../base.ts'
import {
  feeTerms,
  give,
  giveSettled,
  openDeal,
  type Rated,
  rated,
  release,
  resolve,
  settle,
} from './fixture.ts'

/** The buyer's key is bound to an agent of the payout account, which also pays. */
async function ownerPays(d: Rated) {
  const buyingAgent = await register(d, d.payout)
  await bindWallet(d, d.payout, buyingAgent, d.buyer)
  await prefund(d, d.payout, 10n * DOLLAR)
  await d.ledger.connect(d.payout).setMandate(d.token, buyingAgent, 10n * DOLLAR, 10n * DOLLAR, DAY)
  return { payer: d.payout.address, buyerEpoch: await d.registry.keyEpochOf(buyingAgent) }
}

describe('ReputationRegistry: giveSettledFeedback', () => {
  it('is feedback like any other, and marked', async () => {
    const d = await loadFixture(rated)
    const { agreement, id } = await settle(d, d.buyer, 1_000n)
    await give(d, d.buyer)
    expect(await d.reputation.isRated(pack(agreement))).to.equal(false)
    await expect(giveSettled(d, d.buyer, agreement, { value: 875n, decimals: 1n, uri: 'ipfs://feedback' }))
      .to.emit(d.reputation, 'NewFeedback')
      .withArgs(
        d.agentId,
        d.buyer,
        2n,
        875n,
        1n,
        'energy.supply',
        'energy.supply',
        'delivered',
        '',
        'ipfs://feedback',
        ethers.ZeroHash,
      )
      .to.emit(d.reputation, 'FeedbackSettled')
      .withArgs(d.agentId, d.buyer, 2n, id, d.buyer, 1_000n, 8_750n)
    const read = await d.reputation.readFeedback(d.agentId, d.buyer, 2n)
    expect([...read]).to.deep.equal([875n, 1n, 'energy.supply', 'delivered', false])
    const settlement = await d.reputation.settlementOf(d.agentId, d.buyer, 2n)
    expect([...settlement]).to.deep.equal([d.buyer.address, 1_000n, 8_750n])
    expect(await d.reputation.isRated(pack(agreement))).to.equal(true)
  })

  it('is the payer’s as well as the buyer’s, and credited to the owner of both', async () => {
    const d = await loadFixture(rated)
    const terms = await ownerPays(d)
    for (const [index, client] of [d.payout, d.buyer].entries()) {
      const deal = await openDeal(d, d.buyer, {
        ...feeTerms(d.buyer, 100n),
        ...terms,
        payout: d.seller.address,
      })
      await release(d, d.buyer, deal)
      await expect(giveSettled(d, client, deal.agreement))
        .to.emit(d.reputation, 'FeedbackSettled')
        .withArgs(d.agentId, client, 1n, deal.id, d.payout, 100n, 9_000n)
      expect((await d.reputation.scoreOf(d.agentId)).count).to.equal(BigInt(index + 1))
    }
  })

  it('is refused to everybody else', async () => {
    const d = await loadFixture(rated)
    const { agreement, id } = await settle(d, d.buyer, 1_000n)
    for (const other of [d.seller, d.stranger]) {
      await expect(giveSettled(d, other, agreement))
        .to.be.revertedWithCustomError(d.reputation, 'NotClient')
        .withArgs(other, id)
    }
  })

  it('is refused to the owner of the agent, under whatever key it buys', async () => {
    const d = await loadFixture(rated)
    const other = await register(d, d.owner)
    await bindWallet(d, d.owner, other, d.buyer)
    const { agreement } = await settle(d, d.buyer, 1_000n)
    await expect(giveSettled(d, d.buyer, agreement))
      .to.be.revertedWithCustomError(d.reputation, 'SelfFeedback')
      .withArgs(d.owner, d.agentId)
    const own = await settle(d, d.owner, 1_000n)
    await expect(giveSettled(d, d.owner, own.agreement))
      .to.be.revertedWithCustomError(d.reputation, 'SelfFeedback')
      .withArgs(d.owner, d.agentId)
  })

  it('cannot be silenced by approving the client, or its owner, for the agent', async () => {
    const d = await loadFixture(rated)
    await bindWallet(d, d.payout, await register(d, d.payout), d.buyer)
    const { agreement } = await settle(d, d.buyer, 1_000n)
    const unbound = await settle(d, d.stranger, 1_000n)
    for (const client of [d.buyer, d.payout, d.stranger]) {
      await d.registry.connect(d.owner).setApprovalForAll(client, true)
    }
    await d.registry.connect(d.owner).approve(d.buyer, d.agentId)
    await giveSettled(d, d.buyer, agreement, { value: 0n })
    await giveSettled(d, d.stranger, unbound.agreement, { value: 0n })
    expect((await d.reputation.scoreOf(d.agentId)).count).to.equal(2n)
    await expect(give(d, d.buyer)).to.be.revertedWithCustomError(d.reputation, 'SelfFeedback')
  })

  it('is refused to a client that owns the agent by now', async () => {
    const d = await loadFixture(rated)
    await bindWallet(d, d.payout, await register(d, d.payout), d.buyer)
    const deals = [await settle(d, d.buyer, 1_000n), await settle(d, d.buyer, 1_000n)]
    const [first, second] = deals.map(({ agreement }) => agreement)
    if (!first || !second) throw new Error('two agreements')
    await giveSettled(d, d.buyer, first)
    for (const [from, owner] of [
      [d.owner, d.buyer],
      [d.buyer, d.payout],
    ] as const) {
      await d.registry.connect(from).transferFrom(from, owner, d.agentId)
      await expect(giveSettled(d, d.buyer, second))
        .to.be.revertedWithCustomError(d.reputation, 'SelfFeedback')
        .withArgs(owner, d.agentId)
    }
  })

  it('is refused when the seller speaks for no agent', async () => {
    const d = await loadFixture(rated)
    await d.registry.connect(d.owner).unsetAgentWallet(d.agentId)
    const nobody = { agentId: 0n, staker: ethers.ZeroAddress, sellerEpoch: 0n }
    const { agreement } = await settle(d, d.buyer, 1_000n, nobody)
    await expect(giveSettled(d, d.buyer, agreement))
      .to.be.revertedWithCustomError(d.registry, 'ERC721NonexistentToken')
      .withArgs(0n)
  })

  it('is refused before the agreement has ended, and when it was cancelled', async () => {
    const d = await loadFixture(rated)
    await prefund(d, d.buyer, DOLLAR)
    const { agreement, conditions, id } = await openDeal(d, d.buyer, feeTerms(d.buyer, 100n))
    const refused = (agreed: typeof agreement, expected: string, status: bigint) =>
      expect(giveSettled(d, d.buyer, agreed))
        .to.be.revertedWithCustomError(d.reputation, 'AgreementNotEnded')
        .withArgs(expected, status)
    const invented = { ...agreement, nonce: 77n }
    await refused(invented, await d.escrow.idOf(pack(invented)), Status.None)
    await refused(agreement, id, Status.Open)
    await d.escrow.connect(d.buyer).cancel(pack(agreement), conditions)
    await refused(agreement, id, Status.Cancelled)
  })

  it('is refused for terms other than those that were settled', async () => {
    const d = await loadFixture(rated)
    const { agreement } = await settle(d, d.buyer, 1_000n)
    const other = await register(d, d.stranger)
    for (const change of [{ agentId: other }, { buyer: d.stranger.address }, { quantity: 10n ** 18n }]) {
      await expect(giveSettled(d, d.buyer, { ...agreement, ...change })).to.be.revertedWithCustomError(
        d.reputation,
        'AgreementNotEnded',
      )
    }
  })

  it('serves once per agreement, for buyer and payer together, and also when it was taken back', async () => {
    const d = await loadFixture(rated)
    const terms = await ownerPays(d)
    const deal = await openDeal(d, d.buyer, {
      ...feeTerms(d.buyer, 100n),
      ...terms,
      payout: d.seller.address,
    })
    await release(d, d.buyer, deal)
    await giveSettled(d, d.buyer, deal.agreement)
    for (const client of [d.buyer, d.payout]) {
      await expect(giveSettled(d, client, deal.agreement))
        .to.be.revertedWithCustomError(d.reputation, 'AlreadyRated')
        .withArgs(deal.id)
    }
    await d.reputation.connect(d.buyer).revokeFeedback(d.agentId, 1n)
    await expect(giveSettled(d, d.buyer, deal.agreement)).to.be.revertedWithCustomError(
      d.reputation,
      'AlreadyRated',
    )
  })

  it('serves once per agreement, however many have the same nonce', async () => {
    const d = await loadFixture(rated)
    const agreements = []
    for (const fee of [100n, 200n, 300n]) {
      const { agreement } = await settle(d, d.buyer, fee, { nonce: 5n })
      expect(await d.reputation.isRated(pack(agreement))).to.equal(false)
      await giveSettled(d, d.buyer, agreement)
      agreements.push(agreement)
    }
    for (const agreement of agreements) {
      expect(await d.reputation.isRated(pack(agreement))).to.equal(true)
      await expect(giveSettled(d, d.buyer, agreement)).to.be.revertedWithCustomError(
        d.reputation,
        'AlreadyRated',
      )
    }
    expect((await d.reputation.scoreOf(d.agentId)).count).to.equal(3n)
  })

  it('serves once per agreement, also those whose marks share a slot', async () => {
    const d = await loadFixture(rated)
    const agreements = []
    for (const nonce of [6n, 4n, 7n, 5n, 8n]) {
      const { agreement } = await settle(d, d.buyer, 100n, { nonce })
      await giveSettled(d, d.buyer, agreement)
      agreements.push(agreement)
    }
    for (const agreement of agreements) {
      await expect(giveSettled(d, d.buyer, agreement)).to.be.revertedWithCustomError(
        d.reputation,
        'AlreadyRated',
      )
    }
  })

  it('takes values from 0 to 100 and no others', async () => {
    const d = await loadFixture(rated)
    for (const [value, decimals] of [
      [0n, 0n],
      [100n, 0n],
      [100n * 10n ** 18n, 18n],
    ] as const) {
      const { agreement } = await settle(d, d.buyer, 100n)
      await giveSettled(d, d.buyer, agreement, { value, decimals })
    }
    const { agreement } = await settle(d, d.buyer, 100n)
    for (const [value, decimals] of [
      [-1n, 0n],
      [101n, 0n],
      [100n * 10n ** 18n + 1n, 18n],
    ] as const) {
      await expect(giveSettled(d, d.buyer, agreement, { value, decimals }))
        .to.be.revertedWithCustomError(d.reputation, 'ValueOutOfRange')
        .withArgs(value, decimals)
    }
  })

  it('is bound by the limits of all feedback', async () => {
    const d = await loadFixture(rated)
    const { agreement } = await settle(d, d.buyer, 100n)
    await expect(giveSettled(d, d.buyer, agreement, { decimals: 19n })).to.be.revertedWithCustomError(
      d.reputation,
      'TooManyDecimals',
    )
  })

  it('needs a fee: an agreement too small for one is no evidence', async () => {
    const d = await loadFixture(rated)
    const small = { ...feeTerms(d.buyer, 1n), quantity: 199n }
    const { agreement, id } = await settle(d, d.buyer, 1n, small)
    await expect(giveSettled(d, d.buyer, agreement))
      .to.be.revertedWithCustomError(d.reputation, 'NoFee')
      .withArgs(id)
    const lost = await resolve(d, d.buyer, 1n, 0n)
    await giveSettled(d, d.buyer, lost.agreement)
  })
})
