import { mock } from 'node:test'
import { expect } from 'chai'
import { MAX_DECLINED_COUNTERS } from '../../../agent/trading/buying.ts'
import { alice, NOW, newIdentity } from '../support/intents.ts'
import { DECLINED, FakeMarket, wishOf } from './support/trading.ts'

/** A price at which who buys accepts at once, and one that it counters. */
const [CHEAP, DEAR] = [80_000n, 300_000n]
const soon = () => new Promise(setImmediate)

describe('who buys', () => {
  const started: { end(): void }[] = []
  afterEach(() => {
    for (const trading of started.splice(0)) trading.end()
    mock.timers.reset()
  })

  function buy(quantity: bigint, changes: Parameters<typeof wishOf>[2] = {}) {
    const market = new FakeMarket()
    const trading = market.trade(wishOf('buy', quantity, changes))
    started.push(trading)
    return { market, trading }
  }

  it('says what it lacks again and again, ever more rarely while nothing changes', async () => {
    mock.timers.enable({ apis: ['setTimeout', 'Date'] })
    const { market } = buy(100n)
    const said = () => market.intents.length
    expect(said()).to.equal(1)
    const counts = [250, 500, 1_000, 2_000, 4_000, 4_000].map((wait) => {
      mock.timers.tick(wait - 1)
      const before = said()
      mock.timers.tick(1)
      return [before, said()]
    })
    expect(counts).to.deep.equal([1, 2, 3, 4, 5, 6].map((before) => [before, before + 1]))
    // Something was promised, and is free again.
    const { end } = await market.offer(newIdentity().address, [60n, CHEAP])
    end(DECLINED)
    await soon()
    mock.timers.tick(250)
    expect(said()).to.equal(8)
    expect(market.intents.at(-1)?.value.quantity).to.equal(100n)
  })

  it('says it no more than four times a second, however often it fails', async () => {
    mock.timers.enable({ apis: ['setTimeout', 'Date'] })
    const { market } = buy(100n)
    for (let time = 0; time < 3_000; time += 50) {
      const { end } = await market.offer(newIdentity().address, [60n, CHEAP])
      end(DECLINED)
      await soon()
      mock.timers.tick(50)
    }
    expect(market.intents).to.have.length.within(12, 14)
  })

  it('says nothing while all is promised, and nothing any more when it has ended', async () => {
    mock.timers.enable({ apis: ['setTimeout', 'Date'] })
    const { market, trading } = buy(100n)
    const { decision, end } = await market.offer(newIdentity().address, [100n, CHEAP])
    expect(decision).to.deep.equal({ type: 'accept' })
    mock.timers.tick(60_000)
    expect(market.intents).to.have.length(1)
    trading.end()
    end(DECLINED)
    await soon()
    mock.timers.tick(60_000)
    expect(market.intents).to.have.length(1)
  })

  it('hears once that it could not pay', async () => {
    mock.timers.enable({ apis: ['setTimeout', 'Date'] })
    const { market } = buy(100n)
    await soon()
    mock.timers.tick(60_000)
    await soon()
    expect(market.faults.map(String)).to.deep.equal(['Error: BALANCE_TOO_LOW'])
  })

  it('promises no more than it lacks', async () => {
    const { market, trading } = buy(100n)
    const first = await market.offer(newIdentity().address, [70n, CHEAP])
    const second = await market.offer(newIdentity().address, [70n, CHEAP])
    const third = await market.offer(newIdentity().address, [70n, CHEAP])
    expect(first.decision).to.deep.equal({ type: 'accept' })
    expect(second.decision).to.deep.include({ type: 'counter', proposal: { quantity: 30n, price: CHEAP } })
    expect(third.decision).to.deep.equal({ type: 'decline', reason: 'busy' })
    expect(trading.position.free).to.equal(0n)
    for (const { end } of [first, second, third]) end(DECLINED)
    await soon()
    expect(trading.position.free).to.equal(100n)
  })

  it(`makes ${MAX_DECLINED_COUNTERS} counter-offers to a seller that declines them all, and goes on with others`, async () => {
    const { market } = buy(100n)
    const seller = newIdentity().address
    const said: string[] = []
    for (let time = 0; time < MAX_DECLINED_COUNTERS + 2; time++) {
      const { decision, end } = await market.offer(seller, [100n, DEAR])
      said.push(decision.type === 'decline' ? decision.reason : decision.type)
      end(DECLINED)
      await soon()
    }
    expect(said).to.deep.equal([...Array(MAX_DECLINED_COUNTERS).fill('counter'), 'filled', 'filled'])
    const other = await market.offer(newIdentity().address, [100n, DEAR])
    expect(other.decision.type).to.equal('counter')
  })

  describe('of some alone', () => {
    const [roof, engine, named, unheard, unknown] = Array.from({ length: 5 }, () => newIdentity().address)
    const agents = { roof, engine, named, unheard, unknown } as Record<string, typeof alice.address>

    async function answers(market: FakeMarket, ...names: string[]) {
      const all = names.map(async (name) => {
        const { decision, end } = await market.offer(agents[name] ?? alice.address, [1n, CHEAP])
        end(DECLINED)
        return decision.type === 'decline' ? decision.reason : decision.type
      })
      return Promise.all(all)
    }

    it('declines others for good, and asks about those that it has not heard of, of all at once', async () => {
      const { market } = buy(100n, { preferences: { sources: ['solar', 'wind'] } })
      market.sources.set(agents.roof ?? alice.address, ['solar'])
      market.sources.set(agents.engine ?? alice.address, ['gas'])
      market.findable.set(agents.unheard ?? alice.address, ['wind'])
      expect(await answers(market, 'roof', 'engine')).to.deep.equal(['accept', 'invalid'])
      expect(market.lookUps).to.equal(0)
      expect(await answers(market, 'unheard', 'unknown')).to.deep.equal(['accept', 'invalid'])
      expect(market.lookUps).to.equal(1)
    })

    it('tells others to come later while named neighbours alone are asked, and names them no longer then', async () => {
      mock.timers.enable({ apis: ['setTimeout', 'Date'] })
      const neighbours = [agents.named ?? alice.address]
      const { market } = buy(100n, { preferences: { neighbours, headStart: 5n } })
      expect(await answers(market, 'named', 'roof')).to.deep.equal(['accept', 'busy'])
      expect(market.intents.at(-1)?.value.attributes.map(({ name }) => name)).to.deep.equal([
        'neighbours',
        'first',
      ])
      market.now = NOW + 5n
      expect(await answers(market, 'roof')).to.deep.equal(['accept'])
      mock.timers.tick(1_000)
      expect(market.intents.at(-1)?.value.attributes).to.deep.equal([])
    })

    it('looks for nobody without need', async () => {
      const { market } = buy(100n)
      expect(await answers(market, 'unknown')).to.deep.equal(['accept'])
      expect(market.lookUps).to.equal(0)
    })
  })
})
