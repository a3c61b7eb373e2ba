import { bindWallet, DOLLAR, ethers, expect, fund, loadFixture, register } from '../base.ts'
import {
  giveSettled,
  HALF,
  newcomer,
  ONE,
  OWNER_CAP,
  PRIOR_WEIGHT,
  type Rated,
  rated,
  refund,
  resolve,
  scoreFor,
  scoreOf,
  settle,
} from './fixture.ts'

async function rate(d: Rated, client: typeof d.buyer, fee: bigint, value: bigint) {
  const { agreement } = await settle(d, client, fee)
  await giveSettled(d, client, agreement, { value })
}

/** A second token, in the buyer's ledger account. */
async function otherToken(d: Rated) {
  const token = await ethers.deployContract('TestDollar')
  await fund({ ...d, token }, d.buyer, d.addresses.ledger, DOLLAR)
  await d.ledger.connect(d.buyer).deposit(token, d.buyer, DOLLAR)
  return token.getAddress()
}

describe('ReputationRegistry: scoreOf', () => {
  it('is the prior for an agent that nobody has traded with, and for one that does not exist', async () => {
    const d = await loadFixture(rated)
    for (const agentId of [d.agentId, 99n]) {
      expect([...(await d.reputation.scoreOf(agentId))]).to.deep.equal([HALF, 0n, 0n])
    }
  })

  it('is the mean of ratings and prior, each weighing its fees', async () => {
    const d = await loadFixture(rated)
    await rate(d, d.buyer, 40_000n, 90n)
    await rate(d, d.stranger, 10_000n, 20n)
    expect([...(await d.reputation.scoreOf(d.agentId))]).to.deep.equal([
      scoreFor(50_000n, 40_000n * 9_000n + 10_000n * 2_000n),
      2n,
      50_000n * 200n,
    ])
  })

  it('counts one owner up to the cap, at the mean of what it said', async () => {
    const d = await loadFixture(rated)
    await rate(d, d.buyer, OWNER_CAP, 100n)
    await rate(d, d.buyer, OWNER_CAP / 2n, 0n)
    await rate(d, d.buyer, OWNER_CAP / 2n, 0n)
    expect(await scoreOf(d)).to.equal(scoreFor(OWNER_CAP, OWNER_CAP * 5_000n))
  })

  it('counts one agreement up to the cap, so that a later one of another mind weighs as much', async () => {
    const d = await loadFixture(rated)
    await rate(d, d.buyer, 50n * OWNER_CAP, 100n)
    await rate(d, d.buyer, OWNER_CAP, 0n)
    expect(await scoreOf(d)).to.equal(scoreFor(OWNER_CAP, OWNER_CAP * 5_000n))
  })

  it('rounds down what is above the cap', async () => {
    const d = await loadFixture(rated)
    await rate(d, d.buyer, OWNER_CAP, 100n)
    await rate(d, d.buyer, OWNER_CAP / 2n, 50n)
    const points = (OWNER_CAP * (OWNER_CAP * 10_000n + (OWNER_CAP / 2n) * 5_000n)) / ((OWNER_CAP * 3n) / 2n)
    expect(await scoreOf(d)).to.equal(scoreFor(OWNER_CAP, points))
  })

  it('counts all keys of one owner as one', async () => {
    const d = await loadFixture(rated)
    const buyingAgents = [await register(d, d.payout), await register(d, d.payout)]
    await bindWallet(d, d.payout, buyingAgents[0] ?? 0n, d.buyer)
    await bindWallet(d, d.payout, buyingAgents[1] ?? 0n, d.stranger)
    for (const client of [d.buyer, d.stranger, d.payout]) await rate(d, client, OWNER_CAP, 100n)
    expect(await scoreOf(d)).to.equal(scoreFor(OWNER_CAP, OWNER_CAP * 10_000n))
    expect((await d.reputation.scoreOf(d.agentId)).count).to.equal(3n)
  })

  it('gives a client that changes its owner no second cap', async () => {
    const d = await loadFixture(rated)
    await rate(d, d.buyer, OWNER_CAP, 100n)
    const buyingAgent = await register(d, d.payout)
    await bindWallet(d, d.payout, buyingAgent, d.buyer)
    await rate(d, d.buyer, OWNER_CAP, 100n)
    expect(await scoreOf(d)).to.equal(scoreFor(OWNER_CAP, OWNER_CAP * 10_000n))
  })

  it('counts against an agent what it did not deliver, as if the fee had been paid', async () => {
    const d = await loadFixture(rated)
    const { agreement, id } = await refund(d, d.buyer, 1_000n)
    await expect(giveSettled(d, d.buyer, agreement, { value: 100n }))
      .to.emit(d.reputation, 'FeedbackSettled')
      .withArgs(d.agentId, d.buyer, 1n, id, d.buyer, 1_000n, 0n)
    expect([...(await d.reputation.scoreOf(d.agentId))]).to.deep.equal([scoreFor(1_000n, 0n), 1n, 0n])
  })

  it('counts what was contested by the share that the agent was paid', async () => {
    const d = await loadFixture(rated)
    const { agreement } = await resolve(d, d.buyer, 1_000n, 6_000n)
    await giveSettled(d, d.buyer, agreement, { value: 50n })
    expect([...(await d.reputation.scoreOf(d.agentId))]).to.deep.equal([
      scoreFor(1_000n, 1_000n * 3_000n),
      1n,
      600n * 200n,
    ])
  })

  it('does not count fees in a token that anybody may have made', async () => {
    const d = await loadFixture(rated)
    const token = await otherToken(d)
    const { agreement, id } = await settle(d, d.buyer, 1_000n, { token })
    await expect(giveSettled(d, d.buyer, agreement))
      .to.emit(d.reputation, 'FeedbackSettled')
      .withArgs(d.agentId, d.buyer, 1n, id, d.buyer, 0n, 9_000n)
    expect([...(await d.reputation.scoreOf(d.agentId))]).to.deep.equal([HALF, 0n, 0n])
    await d.reputation.connect(d.buyer).revokeFeedback(d.agentId, 1n)
    expect([...(await d.reputation.scoreOf(d.agentId))]).to.deep.equal([HALF, 0n, 0n])
  })

  it('measures each reference token in its unit', async () => {
    const d = await loadFixture(rated)
    const token = await otherToken(d)
    const reputation = await ethers.deployContract('ReputationRegistry', [
      d.escrow,
      [
        { token: d.addresses.token, unit: 1n },
        { token, unit: 300n },
      ],
      OWNER_CAP,
      PRIOR_WEIGHT,
    ])
    const both = { ...d, reputation }
    const coarse = await settle(both, d.buyer, 1_000n, { token })
    await giveSettled(both, d.buyer, coarse.agreement, { value: 100n })
    await rate(both, d.buyer, 1_000n, 100n)
    expect([...(await reputation.scoreOf(d.agentId))]).to.deep.equal([
      scoreFor(1_003n, 1_003n * 10_000n),
      2n,
      (1_000n * 200n) / 300n + 1_000n * 200n,
    ])
  })

  it('is never lifted above three quarters by a single owner', async () => {
    const d = await loadFixture(rated)
    const { agreement } = await settle(d, d.buyer, OWNER_CAP)
    const reputation = await ethers.deployContract('ReputationRegistry', [
      d.escrow,
      [{ token: d.addresses.token, unit: 1n }],
      OWNER_CAP,
      OWNER_CAP,
    ])
    await giveSettled({ ...d, reputation }, d.buyer, agreement, { value: 100n })
    expect((await reputation.scoreOf(d.agentId)).score).to.equal((3n * ONE) / 4n)
  })

  it('costs the same to read, and to add to, however much there is', async () => {
    const d = await loadFixture(rated)
    const reading = () => d.reputation.scoreOf.estimateGas(d.agentId)
    const adding: bigint[] = []
    let early = 0n
    for (let i = 0; i < 12; ++i) {
      const client = await newcomer()
      const { agreement } = await settle(d, client, 1_000n)
      const receipt = await (await giveSettled(d, client, agreement)).wait()
      adding.push(receipt?.gasUsed ?? 0n)
      if (i === 1) early = await reading()
    }
    expect(await reading()).to.equal(early)
    const [, second = 0n, last = 0n] = [adding[0], adding[1], adding[11]]
    // The hashes and addresses in the call data have a few more or fewer zero bytes.
    expect(Number(last)).to.be.closeTo(Number(second), 600)
  })
})
