import { join } from 'node:path'
import { expect } from 'chai'
import { type Deal, hasEnded, type MeshNetwork } from '../../agent/index.ts'
import { identityFromKey } from '../../agent/network/identity.ts'
import { intentTopic } from '../../agent/network/names.ts'
import { loadKey } from '../../agent/policy/key-file.ts'
import { MAX_SWEEP } from '../../agent/protocols/negotiation/constants.ts'
import { encodeFrame } from '../../protocol/wire/frames.ts'
import { Faults } from './support/faults.ts'
import { type HostilePeer, type HostileStream, hostilePeer } from './support/hostile.ts'
import { energyIntent, startMarket, type TestMarket } from './support/market.ts'

describe('a counterparty that is silent', function () {
  this.timeout(90_000)
  let market: TestMarket
  let seller: MeshNetwork
  let faults: Faults
  const hostiles: HostilePeer[] = []

  before(async () => {
    market = await startMarket()
  })

  beforeEach(async () => {
    faults = new Faults()
    seller = await market.join({ onError: faults.hear })
  })

  after(async () => {
    await Promise.all(hostiles.map((hostile) => hostile.stop()))
    await market.stop()
  })

  /** A deal with the payment in escrow. */
  async function openedDeal(buyer: MeshNetwork): Promise<Deal> {
    buyer.onOffer(() => ({ type: 'accept' }))
    const intent = await buyer.publishIntent(energyIntent(100n))
    const outcome = await seller.offer(intent, { quantity: 100n, price: 200_000n }, { duration: 120n })
    if (outcome.type !== 'agreed') throw new Error(`declined: ${outcome.reason} ${outcome.detail}`)
    return seller.untilDeal(outcome.deal.id, ({ state }) => state === 'opened', {
      signal: AbortSignal.timeout(10_000),
    })
  }

  /** An agent that has left, with its key in the hands of somebody that keeps to no rule. */
  async function turnHostile(agent: MeshNetwork, directory: string): Promise<HostileStream> {
    await agent.disconnect()
    const { deployment, area } = market.descriptor()
    const hostile = await hostilePeer(
      market.descriptor(),
      identityFromKey(await loadKey(join(directory, 'key'))),
    )
    hostiles.push(hostile)
    // A peer that does not gossip would be hung up on before its silence is over.
    hostile.node.services.pubsub.subscribe(intentTopic(deployment, 'energy', area))
    return hostile.open(seller)
  }

  /**
   * A seller with deals that a silent buyer leaves undone, and one whose buyer would release it after them. All are
   * left to the sweep: every buyer has asked to be asked again later.
   *
   * @returns the honest buyer's deal, at the moment at which the sweep begins to wait for the silent one
   */
  async function swept(silentDeals: number): Promise<{ due: Deal; stuck: Deal[] }> {
    const directory = join(market.directory, `silent-${silentDeals}`)
    const silent = await market.join({ directory })
    const stuck: Deal[] = []
    while (stuck.length < silentDeals) stuck.push(await openedDeal(silent))
    const stream = await turnHostile(silent, directory)
    const honest = await market.join()
    const due = await openedDeal(honest)
    let hasMeter = false
    honest.onDelivery(() => hasMeter)

    const delivered = [...stuck, due].map(({ id }) => seller.deliver(id, 100n))
    for (const [index, { id }] of stuck.entries()) {
      const decline = { type: 'decline', subject: id, reason: 'busy', detail: '' } as const
      const { id: replyTo } = await stream.next()
      stream.frame(encodeFrame({ id: BigInt(index + 1), replyTo, message: decline }))
    }
    const states = (await Promise.all(delivered)).map(({ state }) => state)
    expect(new Set(states), 'each goes on').to.deep.equal(new Set(['delivered']))
    expect(faults.codes).to.include('DELIVERY_REFUSED')

    expect((await stream.next()).message.type).to.equal('delivered')
    hasMeter = true
    return { due, stuck }
  }

  it('delays its own deal alone', async () => {
    const { due, stuck } = await swept(1)
    const settled = await seller.untilDeal(due.id, hasEnded, { signal: AbortSignal.timeout(30_000) })
    expect(settled.state).to.equal('settled')
    expect(faults.codes, 'the silent one is still waited for').to.not.include('ANSWER_LATE')

    await faults.until('ANSWER_LATE', 15_000)
    const [{ id } = due] = stuck
    expect(seller.deal(id)?.state, 'it goes on until its deadline').to.equal('delivered')
  })

  it('cannot keep others from their turn by as many deals as are taken up at a time', async () => {
    const { due } = await swept(MAX_SWEEP)
    const settled = await seller.untilDeal(due.id, hasEnded, { signal: AbortSignal.timeout(30_000) })
    expect(settled.state).to.equal('settled')
  })
})
