import { expect } from 'chai'
import { preferenceAttributes } from '../../../agent/strategy/index.ts'
import type { Address } from '../../../protocol/types.ts'
import { alice, NOW, newIdentity } from '../support/intents.ts'
import { DECLINED, FakeMarket, wishOf } from './support/trading.ts'

const soon = () => new Promise(setImmediate)

describe('who sells', () => {
  const started: { end(): void }[] = []
  afterEach(() => {
    for (const trading of started.splice(0)) trading.end()
  })

  function sell(market: FakeMarket, quantity: bigint) {
    const trading = market.trade(wishOf('sell', quantity))
    started.push(trading)
    return trading
  }
  const asked = (market: FakeMarket): Address[] => market.offers.map(({ to }) => to)

  it('promises nothing to a buyer that cannot be reached', async () => {
    const market = new FakeMarket()
    const gone = newIdentity()
    market.unreachable.add(gone.address)
    const { position } = sell(market, 100n)
    market.ask(100n, {}, gone)
    expect(position.reserved).to.equal(0n)
    const here = market.ask(100n)
    await soon()
    expect(asked(market)).to.deep.equal([here])
    expect(position.reserved).to.equal(100n)
    expect(market.faults.map(String)).to.deep.equal(['Error: PEER_UNREACHABLE'])
  })

  it('offers no more than is free, and to others when that was declined', async () => {
    const market = new FakeMarket()
    const { position } = sell(market, 100n)
    market.ask(70n)
    market.ask(70n)
    market.ask(70n)
    await soon()
    expect(market.offers.map(({ quantity }) => quantity)).to.deep.equal([70n, 30n])
    expect(position.free).to.equal(0n)
    market.offers[0]?.end(DECLINED)
    await soon()
    expect(market.offers.map(({ quantity }) => quantity)).to.deep.equal([70n, 30n, 70n])
    expect(new Set(asked(market)).size).to.equal(3)
  })

  it('answers counter-offers by its strategy, and none any more when it has ended', async () => {
    const market = new FakeMarket()
    const trading = sell(market, 100n)
    market.ask(70n)
    await soon()
    const [offer] = market.offers
    expect(await offer?.counter(40n, 299_000n)).to.deep.equal({ type: 'accept' })
    expect(trading.position.free).to.equal(60n)
    trading.end()
    expect(await offer?.counter(40n, 299_000n)).to.deep.equal({ type: 'decline', reason: 'expired' })
  })

  it('bargains with eight at a time', async () => {
    const market = new FakeMarket()
    sell(market, 1_000n)
    for (let buyer = 0; buyer < 12; buyer++) market.ask(10n)
    await soon()
    expect(market.offers).to.have.length(8)
    for (const offer of market.offers.slice(0, 2)) offer.end(DECLINED)
    await soon()
    expect(market.offers).to.have.length(10)
  })

  it('offers to nobody that would decline it: not for its sources, nor before its turn', async () => {
    const market = new FakeMarket()
    market.sources.set(alice.address, ['gas'])
    sell(market, 100n)
    const [green, faithful, any] = [newIdentity(), newIdentity(), newIdentity()]
    const neighbours = [newIdentity().address]
    const named = { attributes: preferenceAttributes({ neighbours, headStart: 5n }, NOW, NOW) }
    market.ask(10n, { attributes: preferenceAttributes({ sources: ['solar', 'wind'] }, NOW, NOW) }, green)
    market.ask(10n, named, faithful)
    market.ask(10n, { attributes: preferenceAttributes({ sources: ['gas'] }, NOW, NOW) }, any)
    await soon()
    expect(asked(market)).to.deep.equal([any.address])
    market.now = NOW + 5n
    market.ask(10n, named, faithful)
    await soon()
    expect(asked(market)).to.deep.equal([any.address, faithful.address])
  })

  it('passes over what has expired while it waited, and what is of another interval, lot or side', async () => {
    const market = new FakeMarket()
    sell(market, 10n)
    market.ask(10n)
    market.ask(10n, { expiry: NOW })
    const last = market.ask(10n, { expiry: NOW + 9n })
    market.ask(10n, { start: NOW + 900n, end: NOW + 1800n })
    market.ask(10n, { lot: 1n })
    market.ask(10n, { side: 'sell' })
    market.ask(10n, { capability: 'energy.demand' })
    await soon()
    market.now = NOW + 1n
    market.offers[0]?.end(DECLINED)
    await soon()
    market.offers[1]?.end(DECLINED)
    await soon()
    expect(asked(market).slice(1)).to.deep.equal([last])
  })
})
