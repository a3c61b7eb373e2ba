import { expect } from 'chai'
import { type Deal, type MeshNetwork, sourceAttribute, type TradeWish } from '../../agent/index.ts'
import { until } from '../agent/support/until.ts'
import { startMarket, type TestMarket } from './support/market.ts'

const wish = (side: 'buy' | 'sell', quantity: bigint, start = 1_615_190_400n): TradeWish => ({
  ...{ side, quantity, start, end: start + 900n, capability: 'energy.supply', lot: 1000n, replay: true },
  limits: { low: 80_000n, high: 300_000n },
})

describe('filling a wish', function () {
  this.timeout(60_000)
  let market: TestMarket
  let seller: MeshNetwork
  let buyers: MeshNetwork[]

  before(async () => {
    market = await startMarket()
    seller = await market.join({ policy: { offerLife: 5n } })
    const join = () => market.join({ bootstrapPeers: seller.endpoints, domains: ['energy'] })
    buyers = [await join(), await join()]
  })
  after(() => market.stop())

  const sum = (deals: Deal[]) => deals.reduce((total, { agreement }) => total + agreement.quantity, 0n)

  it('sells no more than there is and buys no more than is lacking, in parts and within the limits', async () => {
    const [sold, bought]: [Deal[], Deal[]] = [[], []]
    const needs = buyers.map((buyer) => buyer.fill(wish('buy', 300n), (deal) => bought.push(deal)))
    const sale = seller.fill(wish('sell', 500n), (deal) => sold.push(deal))
    await until(() => sum(bought) === 500n)
    expect(sum(sold)).to.equal(500n)
    expect(sale.position).to.include({ free: 0n, committed: 500n })
    expect(needs.reduce((left, { position }) => left + position.free + position.reserved, 0n)).to.equal(100n)
    for (const { agreement } of sold) expect(agreement.price).to.be.within(80_000n, 300_000n)
    for (const trading of [...needs, sale]) trading.end()
    const settled = await Promise.all(sold.map(({ id }) => seller.settle(id)))
    expect(settled.map(({ state }) => state)).to.deep.equal(sold.map(() => 'settled'))
  })

  it('trades nothing of another interval, and nothing any more when it has ended', async () => {
    const later = 1_615_191_300n
    const [other, ended] = [buyers[0], buyers[1]] as [MeshNetwork, MeshNetwork]
    const agreed: string[] = []
    const tradings = [
      other.fill(wish('buy', 10n, later + 900n), () => agreed.push('other')),
      ended.fill(wish('buy', 20n, later), () => agreed.push('ended')),
      seller.fill(wish('sell', 30n, later), () => agreed.push('seller')),
    ]
    tradings[1]?.end()
    const right = other.fill(wish('buy', 5n, later), () => agreed.push('right'))
    await until(() => right.position.committed === 5n)
    expect(agreed.toSorted()).to.deep.equal(['right', 'seller'])
    for (const trading of [...tradings, right]) trading.end()
  })

  it('counts what was agreed before for the same interval: nothing is sold twice', async () => {
    const start = 1_615_192_200n
    const [buyer] = buyers as [MeshNetwork]
    const need = buyer.fill(wish('buy', 40n, start), () => undefined)
    const first = seller.fill(wish('sell', 100n, start), () => undefined)
    await until(() => first.position.committed === 40n && need.position.committed === 40n)
    first.end()
    need.end()
    const again = seller.fill(wish('sell', 100n, start), () => expect.fail('agreed to twice'))
    // What was offered, and came to nothing, could be accepted until it expires.
    const offered = seller.deals().filter(({ state, terms }) => state === 'offered' && terms.start === start)
    expect(again.position.committed).to.equal(40n)
    expect(again.position.reserved).to.equal(sum(offered))
    await until(() => again.position.free === 60n, 45_000)
    again.end()
  })

  it('makes no more counter-offers to a seller that declines them all', async () => {
    const start = 1_615_193_100n
    const [buyer] = buyers as [MeshNetwork]
    let countered = 0
    const outcomes: string[] = []
    const stop = seller.subscribeToIntents((intent) => {
      if (intent.value.start !== start) return
      const decide = () => {
        countered++
        return { type: 'decline', reason: 'price' } as const
      }
      const bid = { quantity: intent.value.quantity, price: 290_000n }
      seller.offer(intent, bid, { duration: 60n, decide }).then(
        (outcome) => outcomes.push(outcome.type === 'declined' ? outcome.reason : outcome.type),
        () => undefined,
      )
    })
    const need = buyer.fill(wish('buy', 10n, start), () => undefined)
    await until(() => outcomes.includes('filled'), 45_000)
    need.end()
    stop()
    expect(countered).to.be.within(1, 6)
    expect(need.position.committed).to.equal(0n)
  })

  it('is refused what is no wish', () => {
    expect(() => seller.fill({ ...wish('sell', 1n), quantity: 0n }, () => undefined)).to.throw(
      'wish.quantity',
    )
    expect(() => seller.fill({ ...wish('sell', 1n), replay: false }, () => undefined)).to.throw(
      'over already',
    )
    const preferences = { sources: ['solar'] }
    expect(() => seller.fill({ ...wish('sell', 1n), preferences }, () => undefined)).to.throw(
      'wish.preferences',
    )
    const attributes = [sourceAttribute(['wind'])]
    expect(() => seller.fill({ ...wish('buy', 1n), preferences, attributes }, () => undefined)).to.throw(
      'intent.attributes',
    )
  })
})
