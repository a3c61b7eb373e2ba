import { expect } from 'chai'
import type { MeshNetwork } from '../../agent/index.ts'
import { Faults } from './support/faults.ts'
import { energyIntent, startMarket, type TestMarket } from './support/market.ts'

/** How often the nodes ask the chain, in milliseconds. */
const INTERVAL = 300
const DAY = 86_400

/** Publishes until somebody hears; what is said before the streams stand is lost. */
async function untilHeard(speaker: MeshNetwork, listener: MeshNetwork): Promise<void> {
  let isHeard = false
  const stop = listener.subscribeToIntents(({ value }) => {
    isHeard ||= value.agent === speaker.address
  })
  while (!isHeard) {
    await speaker.publishIntent(energyIntent(100n)).catch(() => undefined)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  stop()
}

describe('trust', function () {
  this.timeout(60_000)
  let market: TestMarket

  beforeEach(async () => {
    market = await startMarket()
  })
  afterEach(() => market.stop())

  it('can be asked for by an owner, who neither hears nor is offered anything by agents without it', async () => {
    const faults = new Faults()
    const strict = await market.join({
      onError: faults.hear,
      governanceInterval: INTERVAL,
      admissions: { energy: { minStake: 60_000_000n, minReputation: 0.9 } },
    })
    const open = await market.join({ bootstrapPeers: strict.endpoints })
    const other = await market.join({ bootstrapPeers: [...strict.endpoints, ...open.endpoints] })
    const heard: string[] = []
    strict.subscribeToIntents(({ value }) => heard.push(value.agent))
    await untilHeard(strict, other)
    await untilHeard(other, open)
    await faults.until('NOT_ADMITTED')
    expect(faults.seen.find(({ code }) => code === 'NOT_ADMITTED')).to.include({
      expected: 'free stake of at least 60000000, or reputation of at least 0.9',
      received: 'free stake of 50000000, reputation of 0.5',
    })
    expect(heard, 'which itself is asked nothing').to.deep.equal([])

    const [intent] = other.openIntents().filter(({ value }) => value.agent === strict.address)
    if (intent === undefined) throw new Error('no intent')
    strict.onOffer(() => ({ type: 'accept' }))
    const proposal = { quantity: 100n, price: 100_000n }
    expect(await other.offer(intent, proposal, { duration: 60n })).to.deep.equal({
      type: 'declined',
      reason: 'invalid',
      detail: 'NOT_ADMITTED',
    })

    await other.account.ensureStake(60_000_000n)
    await untilHeard(other, strict)
    expect(new Set(heard)).to.deep.equal(new Set([other.address]))
  })

  it('comes back when a ban has lapsed', async () => {
    const faults = new Faults()
    const node = await market.join({ onError: faults.hear, governanceInterval: INTERVAL })
    const banned = await market.join({ bootstrapPeers: node.endpoints, governanceInterval: INTERVAL })
    await untilHeard(banned, node)
    await market.govern('ban', [await banned.account.agentId(), `0x${'11'.repeat(32)}`, 'ipfs://evidence'])
    await faults.until('AGENT_BANNED')
    const attempt = () => banned.publishIntent(energyIntent(100n)).catch(({ code }) => code)
    while ((await attempt()) !== 'AGENT_BANNED') await new Promise((resolve) => setTimeout(resolve, 50))
    await market.later(181 * DAY)
    // Its own node dials again by itself.
    await untilHeard(banned, node)
  })
})
