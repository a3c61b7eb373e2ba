import { expect, loadFixture } from '../base.ts'
import { give, giveSettled, rated, settle } from './fixture.ts'

describe('ReputationRegistry: getClients', () => {
  it('names everybody once, in the order of their first feedback', async () => {
    const d = await loadFixture(rated)
    const { agreement } = await settle(d, d.payout, 100n)
    await give(d, d.stranger)
    await giveSettled(d, d.payout, agreement)
    await give(d, d.stranger)
    await give(d, d.payout)
    await d.reputation.connect(d.stranger).revokeFeedback(d.agentId, 1n)
    expect([...(await d.reputation.getClients(d.agentId))]).to.deep.equal([
      d.stranger.address,
      d.payout.address,
    ])
    expect([...(await d.reputation.getClients(99n))]).to.deep.equal([])
  })
})
