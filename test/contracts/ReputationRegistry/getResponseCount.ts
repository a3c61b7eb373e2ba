import { ethers, expect, loadFixture } from '../base.ts'
import { give, type Rated, rated } from './fixture.ts'

/** Two clients, three feedbacks; the owner answers each once and the first twice, the stranger answers the last. */
async function answered() {
  const d: Rated = await rated()
  await give(d, d.buyer)
  await give(d, d.buyer)
  await give(d, d.payout)
  const answer = (responder: typeof d.owner, client: typeof d.owner, index: bigint) =>
    d.reputation.connect(responder).appendResponse(d.agentId, client, index, 'ipfs://answer', ethers.ZeroHash)
  await answer(d.owner, d.buyer, 1n)
  await answer(d.owner, d.buyer, 1n)
  await answer(d.owner, d.buyer, 2n)
  await answer(d.owner, d.payout, 1n)
  await answer(d.stranger, d.payout, 1n)
  return d
}

describe('ReputationRegistry: getResponseCount', () => {
  it('counts the answers to one feedback, to a client’s, and to all', async () => {
    const d = await loadFixture(answered)
    const count = (client: string, index: bigint) =>
      d.reputation.getResponseCount(d.agentId, client, index, [])
    expect(await count(d.buyer.address, 1n)).to.equal(2n)
    expect(await count(d.buyer.address, 0n)).to.equal(3n)
    expect(await count(d.payout.address, 0n)).to.equal(2n)
    expect(await count(ethers.ZeroAddress, 0n)).to.equal(5n)
    expect(await count(ethers.ZeroAddress, 2n)).to.equal(5n)
    expect(await count(d.stranger.address, 0n)).to.equal(0n)
    expect(await count(d.buyer.address, 9n)).to.equal(0n)
  })

  it('counts those of the responders that are named', async () => {
    const d = await loadFixture(answered)
    const count = (responders: (typeof d.owner)[]) =>
      d.reputation.getResponseCount(d.agentId, ethers.ZeroAddress, 0n, responders)
    expect(await count([d.owner])).to.equal(4n)
    expect(await count([d.stranger])).to.equal(1n)
    expect(await count([d.stranger, d.owner])).to.equal(5n)
    expect(await count([d.buyer])).to.equal(0n)
    expect(await d.reputation.getResponseCount(d.agentId, d.buyer, 1n, [d.stranger])).to.equal(0n)
  })
})
