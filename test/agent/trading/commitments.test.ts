import { expect } from 'chai'
import fc from 'fast-check'
import type { Deal, DealState } from '../../../agent/policy/deal.ts'
import { NOW } from '../support/intents.ts'
import { DECLINED, dealOf, FakeMarket, wishOf } from './support/trading.ts'

const ENDED: DealState[] = ['settled', 'refunded', 'cancelled', 'resolved']
const LIVE: DealState[] = ['offered', 'signed', 'opened', 'delivered', 'reported', 'released', 'disputed']
const sum = (deals: Deal[]) => deals.reduce((total, { agreement }) => total + agreement.quantity, 0n)
const soon = () => new Promise(setImmediate)

describe('what was agreed before a wish is traded', () => {
  it('is never traded again, whatever there was', () => {
    const deal = fc
      .record({
        role: fc.constantFrom('buyer' as const, 'seller' as const),
        quantity: fc.bigInt({ min: 1n, max: 200n }),
        state: fc.constantFrom(...LIVE, ...ENDED),
        start: fc.constantFrom(NOW, NOW + 900n),
      })
      .map(({ role, quantity, state, start }) => dealOf(role, quantity, state, { start }))
    const side = fc.constantFrom('buy' as const, 'sell' as const)
    fc.assert(
      fc.property(fc.array(deal, { maxLength: 8 }), side, fc.boolean(), (known, wanted, replay) => {
        const { position } = new FakeMarket(known).trade(wishOf(wanted, 300n, { replay }))
        const counted = known
          .filter(({ role }) => role === (wanted === 'buy' ? 'buyer' : 'seller'))
          .filter(({ terms }) => terms.start === NOW)
          .filter(({ state }) => !(replay && ENDED.includes(state)))
        const spokenFor = sum(counted)
        expect(position.free).to.equal(spokenFor > 300n ? 0n : 300n - spokenFor)
        if (spokenFor > 300n) return
        expect(position.reserved).to.equal(sum(counted.filter(({ state }) => state === 'offered')))
      }),
    )
  })

  for (const [state, committed] of [
    ['signed', 40n],
    ['void', 0n],
  ] as const) {
    it(`was perhaps only offered, which binds until it is known to be ${state}`, async () => {
      const offered = dealOf('seller', 40n, 'offered')
      const market = new FakeMarket([offered])
      const { position } = market.trade(wishOf('sell', 100n))
      expect(position).to.include({ committed: 0n, free: 60n })
      await market.deals.change(offered.id, { state })
      await soon()
      expect(position).to.include({ committed, reserved: 0n, free: 100n - committed })
      expect(market.agreed.map(({ id }) => id)).to.deep.equal(state === 'signed' ? [offered.id] : [])
    })
  }

  it('is free again, as far as it was counted, when it comes to nothing', async () => {
    const signed = dealOf('seller', 500n, 'signed')
    const market = new FakeMarket([signed])
    const { position } = market.trade(wishOf('sell', 100n))
    expect(position).to.include({ committed: 100n, free: 0n })
    await market.deals.change(signed.id, { state: 'void' })
    expect(position).to.include({ committed: 0n, free: 100n })
    expect(market.agreed).to.deep.equal([])
  })
})

describe('what is agreed while a wish is traded', () => {
  async function agree(market: FakeMarket, deal: Deal): Promise<void> {
    market.ask(40n)
    await soon()
    market.offers[0]?.end({ type: 'agreed', deal })
    await soon()
  }

  it('is told once, and counts until it comes to nothing', async () => {
    const market = new FakeMarket()
    const { position } = market.trade(wishOf('sell', 100n))
    const deal = await market.deals.begin(dealOf('seller', 40n, 'signed'))
    await agree(market, deal)
    expect(position).to.include({ committed: 40n, reserved: 0n })
    await market.deals.change(deal.id, { state: 'void' })
    expect(position.free).to.equal(100n)
    expect(market.agreed.map(({ id }) => id)).to.deep.equal([deal.id])
  })

  it('is free at once when it came to nothing before it was told of', async () => {
    const market = new FakeMarket()
    const { position } = market.trade(wishOf('sell', 100n))
    await agree(market, dealOf('seller', 40n, 'signed'))
    expect(position.free).to.equal(100n)
  })

  it('counts, too, when it is agreed in another way', async () => {
    const market = new FakeMarket()
    const { position } = market.trade(wishOf('sell', 100n))
    market.ask(80n)
    await soon()
    expect(position).to.include({ reserved: 80n, free: 20n })
    const other = await market.deals.begin(dealOf('seller', 50n, 'signed'))
    await market.deals.begin(dealOf('buyer', 5n, 'signed'))
    await market.deals.begin(dealOf('seller', 5n, 'signed', { start: NOW + 900n }))
    expect(position).to.include({ committed: 20n, free: 0n })
    market.offers[0]?.end(DECLINED)
    await soon()
    await market.deals.change(other.id, { state: 'opened' })
    expect(position).to.include({ committed: 50n, free: 50n })
    expect(market.agreed).to.deep.equal([])
  })

  it('is counted once, whether the journal tells of it first or the negotiation', async () => {
    const market = new FakeMarket()
    const { position } = market.trade(wishOf('sell', 100n))
    market.ask(100n)
    await soon()
    const deal = await market.deals.begin(dealOf('seller', 100n, 'signed'))
    expect(position).to.include({ committed: 0n, reserved: 100n })
    market.offers[0]?.end({ type: 'agreed', deal })
    await soon()
    await market.deals.change(deal.id, { state: 'opened' })
    expect(position).to.include({ committed: 100n, reserved: 0n })
  })

  it('goes on to be told when it is traded no more', async () => {
    const market = new FakeMarket()
    const trading = market.trade(wishOf('sell', 100n))
    market.ask(40n)
    await soon()
    trading.end()
    const deal = await market.deals.begin(dealOf('seller', 40n, 'signed'))
    market.offers[0]?.end({ type: 'agreed', deal })
    await soon()
    expect(market.agreed.map(({ id }) => id)).to.deep.equal([deal.id])
    expect(trading.position.committed).to.equal(40n)
  })
})
