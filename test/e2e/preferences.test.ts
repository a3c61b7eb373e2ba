import { expect } from 'chai'
import type { MeshNetwork, Outcome, ReceivedIntent } from '../../agent/index.ts'
import type { Household } from '../../community/household.ts'
import type { HomeConfig } from '../../community/messages.ts'
import { until } from '../agent/support/until.ts'
import { joinHome, LIMITS, SLOT } from './support/homes.ts'
import { startMarket, type TestMarket } from './support/market.ts'

describe('a home with preferences', function () {
  this.timeout(60_000)
  let market: TestMarket
  /** Somebody that belongs to no community, and offers to whatever it hears, as cheaply as anybody would. */
  let stranger: MeshNetwork
  const homes: Household[] = []

  before(async () => {
    market = await startMarket()
    stranger = await market.join({ capabilities: ['energy.supply'] })
  })
  afterEach(() => Promise.all(homes.splice(0).map((home) => home.stop())))
  after(() => market.stop())

  async function join(config: Partial<HomeConfig> = {}): Promise<Household> {
    const home = await joinHome(market, stranger.endpoints, config)
    homes.push(home)
    return home
  }

  /** Has the stranger offer to each intent of a home. @returns what came of the offers */
  function offerTo(home: Household): Outcome[] {
    const outcomes: Outcome[] = []
    const offer = async (intent: ReceivedIntent) => {
      if (intent.value.agent !== home.address) return
      const proposal = { quantity: 100n, price: LIMITS.low }
      outcomes.push(await stranger.offer(intent, proposal, { duration: 60n }))
    }
    stranger.subscribeToIntents((intent) => void offer(intent).catch(() => undefined))
    return outcomes
  }

  /** Begins a slot at a home. @returns Wh of it that are under no agreement on chain: surplus positive, deficit negative */
  function begin(home: Household, [loadWh, pvWh]: [number, number]): () => number {
    let open = pvWh - loadWh
    home.onPosition((_, openWh) => {
      open = openWh
    })
    home.startSlot({ ...SLOT, loadWh, pvWh })
    return () => open
  }

  /** Ends the slot, and waits until all of its deals are settled. */
  async function settle(...all: Household[]) {
    for (const home of all) home.closeSlot(SLOT.index)
    await until(() => all.every((home) => home.books().open === 0))
    return all.map((home) => home.books())
  }

  it('for green energy buys from solar homes alone, though others have more and ask less', async () => {
    const [roof, engine] = [await join(), await join({ source: 'gas', strategy: { name: 'eager' } })]
    const buyer = await join({ preferences: { sources: ['solar', 'wind'] } })
    const outcomes = offerTo(buyer)
    const left = begin(engine, [0, 5_000])
    const lacking = begin(buyer, [500, 0])
    // Others come first, and are told no.
    await until(() => outcomes.length > 0)
    const sold = begin(roof, [0, 300])
    await until(() => lacking() === -200 && sold() === 0)
    expect(left()).to.equal(5_000)
    for (const outcome of outcomes) expect(outcome).to.include({ type: 'declined', reason: 'invalid' })
    const books = await settle(roof, engine, buyer)
    expect(books.map(({ soldWh, boughtWh }) => boughtWh - soldWh)).to.deep.equal([-300, 0, 300])
  })

  it('for a named neighbour buys from it first, though others ask less, and then from them', async () => {
    const named = await join({ strategy: { name: 'patient' } })
    const cheap = await join({ strategy: { name: 'eager' } })
    const buyer = await join({ preferences: { neighbours: [named.address], headStart: 6n } })
    const outcomes = offerTo(buyer)
    const left = begin(cheap, [0, 5_000])
    const lacking = begin(buyer, [500, 0])
    await until(() => outcomes.length > 0)
    expect(outcomes[0]).to.include({ type: 'declined', reason: 'busy' })
    const sold = begin(named, [0, 300])
    await until(() => lacking() === -200)
    expect([sold(), left()]).to.deep.equal([0, 5_000])
    // When its head start is over, whoever comes first.
    await until(() => lacking() === 0)
    buyer.closeSlot(SLOT.index)
    const [books] = await settle(named)
    expect(books?.soldWh).to.equal(300)
    // What others asked at the same time was not as much.
    const price = (Number(books?.received) * 1000) / 300
    expect(price > Number(LIMITS.low) && price <= Number(LIMITS.high), `${price}`).to.equal(true)
  })
})
