import { expect, FEE_BPS, loadFixture } from '../base.ts'
import {
  giveSettled,
  newcomer,
  ONE,
  OWNER_CAP,
  PRIOR_WEIGHT,
  type Rated,
  rated,
  scoreOf,
  settle,
} from './fixture.ts'

/** What the interface says a score costs in fees, from the prior of one half, rounded up. */
const priceOf = (score: bigint) => (PRIOR_WEIGHT * (score - ONE / 2n) + (ONE - score) - 1n) / (ONE - score)

/** The agent's owner buys from its own agent under a key that nobody knows, and praises itself. */
async function tradeWithOneself(d: Rated, fee: bigint) {
  const sybil = await newcomer()
  const { agreement } = await settle(d, sybil, fee)
  await giveSettled(d, sybil, agreement, { value: 100n })
}

/** Trades with itself until the score is reached, as cheaply as can be, and says what that took. */
async function swindle(d: Rated, score: bigint) {
  const ledgerHas = () => d.token.balanceOf(d.ledger)
  const before = await ledgerHas()
  let sybils = 0
  while ((await scoreOf(d)) < score) {
    const missing = priceOf(score) - BigInt(sybils) * OWNER_CAP
    await tradeWithOneself(d, missing < OWNER_CAP ? missing : OWNER_CAP)
    sybils += 1
  }
  const spent = (await ledgerHas()) - before
  const back = await d.ledger.balanceOf(d.token, d.payout)
  return { sybils, volume: spent, loss: spent - back }
}

describe('ReputationRegistry: what a false score costs', () => {
  for (const percent of [60n, 80n, 90n]) {
    it(`of ${percent}%: the fees of the formula, and as many owners as the cap demands`, async () => {
      const d = await loadFixture(rated)
      const score = (percent * ONE) / 100n
      const price = priceOf(score)
      const { sybils, volume, loss } = await swindle(d, score)
      expect(loss).to.equal(price)
      expect(volume).to.equal((price * 10_000n) / FEE_BPS)
      expect(sybils).to.equal(Number((price + OWNER_CAP - 1n) / OWNER_CAP))
      expect((await d.reputation.scoreOf(d.agentId)).settledVolume).to.equal(volume)
    })
  }

  it('is 1.5 times the prior’s weight for 80%, and 4 times for 90%', () => {
    expect(priceOf((8n * ONE) / 10n)).to.equal((3n * PRIOR_WEIGHT) / 2n)
    expect(priceOf((9n * ONE) / 10n)).to.equal(4n * PRIOR_WEIGHT)
  })

  it('is not reached with one minor unit of fees less', async () => {
    const d = await loadFixture(rated)
    const score = (6n * ONE) / 10n
    for (const fee of [OWNER_CAP, OWNER_CAP, priceOf(score) - 2n * OWNER_CAP - 1n])
      await tradeWithOneself(d, fee)
    expect(await scoreOf(d)).to.be.lessThan(score)
  })

  it('is not reached by one key, whatever it pays', async () => {
    const d = await loadFixture(rated)
    for (let i = 0; i < 2; ++i) {
      const { agreement } = await settle(d, d.buyer, 100n * OWNER_CAP)
      await giveSettled(d, d.buyer, agreement, { value: 100n })
    }
    expect(await scoreOf(d)).to.be.lessThan((6n * ONE) / 10n)
  })

  it('is the same however many accounts share the fees', async () => {
    const scores: bigint[] = []
    for (const accounts of [1n, 2n, 5n]) {
      const d = await loadFixture(rated)
      for (let i = 0n; i < accounts; ++i) await tradeWithOneself(d, OWNER_CAP / accounts)
      scores.push(await scoreOf(d))
    }
    expect(new Set(scores).size).to.equal(1)
  })
})
