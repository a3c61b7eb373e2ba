/**
 * Bus lines that negotiate their timetable: each has preferences, and asks or pays others to be there when its passengers change.
 *
 *     npm start                             # in one terminal
 *     npm run -s example -- bus-lines       # in another
 */
import { hasEnded } from '@mesh/sdk'
import { buy, dollars, sell } from '../support/deals.ts'
import { findAll, runInMarket } from '../support/program.ts'
import { Timetable } from './timetable.ts'

/** Asks a line what it thinks of a shift: its signed answer binds it where it says "agreed". And a shift for money. */
const SHIFT = 'transit.shift'
/** Minor units of the test dollar: what a line puts up against breaking its word, and has to pay with. */
const STANDING = { stake: 5_000_000n, balance: 5_000_000n }
/** Most minutes of a shift. */
const MOST = 9

await runInMarket(async (market) => {
  const { signal } = market
  // What all know is the timetable that is published; what a line's minutes are worth it keeps to itself.
  // Passengers of T1 miss both others by a minute: R7 would be later anyway, B2 would not.
  let timetable = new Timetable()
  const saving = (name: string, line: string, minutes: number) =>
    timetable.costOf(name) - timetable.shifted(line, minutes).costOf(name)
  console.log(`before: ${timetable}`)

  // 1. Each line answers wishes: it agrees where it gains itself, and else offers to do it for money. It keeps its word.
  const promised = new Set<string>()
  const start = async (name: string) => {
    const agent = await market.join(name, { capabilities: [SHIFT] }, STANDING)
    agent.serve(SHIFT, (question) => {
      const minutes = Number(new TextDecoder().decode(question))
      if (promised.has(name) || saving(name, name, minutes) < 0) return 'no'
      promised.add(name)
      return 'agreed'
    })
    sell(agent, SHIFT, {
      price({ attributes, price }) {
        const wish = attributes.flatMap((each) => (each.type === 'set' ? each.values : []))
        const [line, minutes = ''] = wish[0]?.split('.') ?? []
        const own = line === name ? BigInt(-saving(name, name, Number(minutes))) : price
        if (promised.has(name) || own >= price) return undefined
        promised.add(name)
        // Half way between what it costs and what it is worth to the other: both gain.
        return (own + price) / 2n
      },
      over: (deal) => (deal ? agent.settle(deal.id, { signal }) : promised.delete(name)),
    })
    return { name, agent }
  }
  const lines = await Promise.all(timetable.names.map(start))

  // 2. In turn each line asks for what would help it most: for nothing, and where that is refused, for money.
  const wishes = Array.from({ length: 2 * MOST + 1 }, (_, index) => index - MOST)
  for (const { name, agent } of lines) {
    for (const other of lines) {
      const line = other.name
      const [best = 0] = wishes.toSorted((a, b) => saving(name, line, b) - saving(name, line, a))
      const gain = saving(name, line, best)
      if (line === name || gain <= 0 || promised.has(line)) continue
      const what = `${line} leaves ${Math.abs(best)} min ${best > 0 ? 'later' : 'earlier'} for ${name}`
      const [at] = await findAll(market, agent, SHIFT, [other.agent])
      const { text, value } = await agent.request(at, String(best), { signal })
      if (text === 'agreed') console.log(`agreed for nothing: ${what}; signed by ${value.agent}`)
      else {
        const attributes = [{ name: 'shift', type: 'set' as const, values: [`${line}.${best}`] }]
        const wish = { capability: SHIFT, quantity: 1n, price: BigInt(gain), attributes }
        const { id } = await buy(market, agent, wish)
        const { state, outcome } = await agent.untilDeal(id, hasEnded, { signal })
        console.log(`agreed for money: ${what}; ${state} on chain for ${dollars(outcome?.paid ?? 0n)}`)
      }
      timetable = timetable.shifted(line, best)
    }
  }
  console.log(`after: ${timetable}`)
})
