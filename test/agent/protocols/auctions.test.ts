import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'chai'
import type { ReceivedIntent } from '../../../agent/protocols/intent-discovery/index.ts'
import type { Address } from '../../../protocol/types.ts'
import { startBidder } from '../support/bidder.ts'
import { receivedIntent } from '../support/intents.ts'
import { until } from '../support/until.ts'

const OPENING = 16_000n

describe('Auctions, over libp2p', function () {
  this.timeout(20_000)
  const stops: (() => Promise<void>)[] = []

  afterEach(async () => {
    for (const stop of stops.splice(0)) await stop()
  })

  /** A bidder, and its own intent. */
  async function agent() {
    const bidder = await startBidder()
    stops.push(bidder.stop)
    const { endpoints, identity } = bidder
    return { ...bidder, intent: receivedIntent({ endpoints, price: OPENING, lot: 1000n }, identity) }
  }

  type Agent = Awaited<ReturnType<typeof agent>>

  interface Terms {
    period: number
    announce?: () => Promise<unknown>
    barred?: ReadonlySet<Address>
  }

  /** Holds an agent's auction, by a clock on which a period begins with it. */
  function hold(
    { auctions, intent }: Agent,
    { period, announce = async () => {}, barred = new Set() }: Terms,
  ) {
    const stopping = new AbortController()
    const begun = performance.now()
    const held = auctions.hold(
      { intent: intent.value, hash: intent.hash },
      {
        ...{ announce, maxWait: 300, barred, period, latest: Number.POSITIVE_INFINITY },
        now: () => performance.now() - begun,
        signal: stopping.signal,
      },
    )
    // A test may end before it does.
    held.catch(() => undefined)
    return { won: held, stop: () => stopping.abort(new Error('called off')) }
  }

  /** A bid of somebody who knows how the auction stands. */
  const bid = (from: Agent, intent: ReceivedIntent, price: bigint, wait = 60) => {
    const { revision = 0n } = from.told.findLast((standing) => standing.intent === intent.hash) ?? {}
    return from.auctions.bid(intent, { price, wait, revision }, AbortSignal.timeout(5_000))
  }

  it('two makers and three bidders: who is outbid is told, and the lowest bid of each wins', async () => {
    const [rider, other, ann, bob, eve] = await Promise.all([agent(), agent(), agent(), agent(), agent()])
    const [first, second] = [hold(rider, { period: 8_000 }), hold(other, { period: 8_000 })]
    expect((await bid(ann, rider.intent, 15_000n)).place).to.equal('leads')
    expect(await bid(bob, rider.intent, 14_500n)).to.include({ place: 'open', price: 15_000n, step: 1_000n })
    expect((await bid(bob, rider.intent, 14_000n)).place).to.equal('leads')
    await until(() => ann.told.some(({ place, price }) => place === 'open' && price === 14_000n))
    expect((await bid(eve, other.intent, 12_000n)).place).to.equal('leads')

    // In the second phase nobody leads, and prices are a little higher.
    await until(() => [ann, bob, eve].every(({ told }) => told.some(({ step }) => step === 100n)))
    expect(bob.told.at(-1)).to.include({ place: 'open', price: OPENING, step: 100n })
    expect((await bid(ann, rider.intent, 13_900n)).place).to.equal('leads')
    expect((await bid(bob, rider.intent, 13_800n)).place).to.equal('leads')
    expect((await bid(eve, other.intent, 13_000n)).place).to.equal('leads')
    const [winner, otherWinner] = await Promise.all([first.won, second.won])
    expect(winner).to.include({ agent: bob.identity.address, price: 13_800n, wait: 60 })
    expect(otherWinner).to.include({ agent: eve.identity.address, price: 13_000n })
    await until(() => bob.told.at(-1)?.place === 'won' && ann.told.at(-1)?.place === 'closed')
    expect([rider, other, ann, bob, eve].flatMap(({ faults }) => faults.codes)).to.deep.equal([])
  })

  it('take no bid that is beyond the wait, of somebody barred, or for what is not auctioned', async () => {
    const [rider, ann, bob] = await Promise.all([agent(), agent(), agent()])
    const { won } = hold(rider, { period: 1_600, barred: new Set([bob.identity.address]) })
    expect((await bid(ann, rider.intent, 100n, 301)).place).to.equal('closed')
    expect((await bid(bob, rider.intent, 100n)).place).to.equal('closed')
    expect((await bid(ann, { ...rider.intent, hash: `0x${'11'.repeat(32)}` }, 100n)).place).to.equal('closed')
    expect(await won).to.equal(undefined)
    expect((await bid(ann, rider.intent, 100n)).place).to.equal('closed')
  })

  it('take bids before all have heard of the intent, and count the time from then', async () => {
    const [rider, ann] = await Promise.all([agent(), agent()])
    const announce = async () => {
      expect((await bid(ann, rider.intent, 15_000n)).place).to.equal('leads')
      await until(() => ann.told.some(({ step }) => step === 100n), 1_500).catch(() => undefined)
      expect(ann.told).to.deep.equal([])
    }
    const { won } = hold(rider, { period: 800, announce })
    await until(() => ann.told.some(({ step }) => step === 100n))
    expect((await bid(ann, rider.intent, 14_000n)).place).to.equal('leads')
    expect(await won).to.include({ agent: ann.identity.address, price: 14_000n })
  })

  it('go on for as long as who leads repeats its bid', async () => {
    const [rider, ann] = await Promise.all([agent(), agent()])
    const { won } = hold(rider, { period: 4_000 })
    const begun = performance.now()
    let repeated = 0
    while (performance.now() - begun < 5_500) {
      await sleep(50)
      const sent = performance.now()
      if ((await bid(ann, rider.intent, 15_000n)).place === 'leads') repeated = sent
    }
    expect(await won).to.include({ agent: ann.identity.address, price: 15_000n })
    // A tick after the last.
    expect(performance.now() - repeated).to.be.at.least(500)
  })

  it('go on when their maker has stood still: it cannot have heard a bid', async () => {
    const [rider, ann] = await Promise.all([agent(), agent()])
    const { won } = hold(rider, { period: 4_000 })
    const begun = performance.now()
    expect((await bid(ann, rider.intent, 15_000n)).place).to.equal('leads')
    await until(() => ann.told.some(({ step }) => step === 100n))
    expect((await bid(ann, rider.intent, 14_000n)).place).to.equal('leads')
    while (performance.now() - begun < 4_700);
    const woke = performance.now()
    expect(await won).to.include({ price: 14_000n })
    expect(performance.now() - woke).to.be.at.least(500)
  })

  it('that are called off have no winner, and all are told', async () => {
    const [rider, ann] = await Promise.all([agent(), agent()])
    const { won, stop } = hold(rider, { period: 60_000 })
    await bid(ann, rider.intent, 1_000n)
    stop()
    expect(await won.catch(({ message }) => message)).to.equal('called off')
    await until(() => ann.told.at(-1)?.place === 'closed')
  })

  it('cut off a bidder that floods, and go on with the others', async () => {
    const [rider, flooder, ann] = await Promise.all([agent(), agent(), agent()])
    const { won } = hold(rider, { period: 6_000 })
    const bids = Array.from({ length: 250 }, () =>
      bid(flooder, rider.intent, OPENING).catch(({ code }) => code),
    )
    expect(await Promise.all(bids)).to.include('CHANNEL_CLOSED')
    await rider.faults.until('PEER_FLOODS')
    await bid(ann, rider.intent, 9_000n)
    await until(() => ann.told.some(({ step }) => step === 100n))
    await bid(ann, rider.intent, 8_000n)
    expect(await won).to.include({ agent: ann.identity.address, price: 8_000n })
  })
})
