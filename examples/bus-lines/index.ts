/**
 * Bus lines that negotiate their timetable: each has preferences, and asks or pays others to be there when its passengers change.
 *
 *     npm start                             # in one terminal
 *     npm run -s example -- bus-lines       # in another
 */
import { setTimeout as delay } from 'node:timers/promises'
import { type Attribute, hasEnded, type MeshNetwork } from '@mesh/sdk'
import { dollars } from '../support/deals.ts'
import { eventually, findAll, runInMarket } from '../support/program.ts'
import { costOfShift, type Line, type Transfer, waiting } from './timetable.ts'

/** Asks a line what it thinks of a shift: its signed answer binds it where it says "agreed". And a shift for money. */
const SHIFT = 'transit.shift'
/** Minor units of the test dollar: what a line puts up against breaking its word, and has to pay with. */
const [STAKE, BALANCE] = [5_000_000n, 5_000_000n]
const [HEADWAY, MOST] = [20, 9]

/** Three lines and who changes where. Passengers of T1 miss both others by a minute: R7 would be later anyway, B2 would not. */
const LINES: Line[] = [
  {
    name: 'T1',
    headway: HEADWAY,
    offset: 0,
    wanted: 0,
    stiffness: 2_000_000n,
    stops: { market: 12, station: 25 },
  },
  {
    name: 'B2',
    headway: HEADWAY,
    offset: 5,
    wanted: 5,
    stiffness: 20_000n,
    stops: { market: 6, harbour: 18 },
  },
  {
    name: 'R7',
    headway: HEADWAY,
    offset: 3,
    wanted: 9,
    stiffness: 4_000n,
    stops: { station: 1, harbour: 14 },
  },
]
const TRANSFERS: Transfer[] = [
  { from: 'T1', to: 'B2', stop: 'market', people: 40n },
  { from: 'T1', to: 'R7', stop: 'station', people: 60n },
  { from: 'B2', to: 'R7', stop: 'harbour', people: 10n },
]

await runInMarket(async (market) => {
  const { signal } = market
  // What all know is the timetable that is published; what a line's minutes are worth it keeps to itself.
  const timetable = new Map(LINES.map((line) => [line.name, { ...line }]))
  const agents = new Map<string, MeshNetwork>()
  const saving = (name: string, line: string, minutes: number) =>
    -costOfShift(timetable, TRANSFERS, name, { line, minutes })
  const shift = (name: string, minutes: number) => {
    const line = timetable.get(name)
    if (line !== undefined) line.offset = (line.offset + minutes + line.headway) % line.headway
  }
  const total = () => TRANSFERS.reduce((sum, each) => sum + Number(each.people) * waiting(timetable, each), 0)
  const print = (when: string) => {
    const times = [...timetable.values()].map(
      ({ name, offset, headway }) => `${name} at :${offset} every ${headway} min`,
    )
    console.log(`${when}: ${times.join(', ')}; passengers wait ${total()} min a day for transfers`)
  }

  // 1. Each line answers wishes: it agrees where it gains itself, and else offers to do it for money. It keeps its word.
  const promised = new Set<string>()
  for (const { name } of LINES) {
    const agent = await market.join(name, { capabilities: [SHIFT] }, { stake: STAKE, balance: BALANCE })
    agents.set(name, agent)
    agent.serve(SHIFT, (question) => {
      const minutes = minutesOf(new TextDecoder().decode(question))
      if (promised.has(name) || saving(name, name, minutes) < 0n) return 'no'
      promised.add(name)
      return 'agreed'
    })
    agent.subscribeToIntents(async (intent) => {
      const { capability, attributes, price: most } = intent.value
      const [wish] = attributes.flatMap((each) =>
        each.type === 'set' && each.name === 'shift' ? each.values : [],
      )
      const [line, minutes = ''] = wish?.split('.') ?? []
      if (capability !== SHIFT || line !== name || promised.has(name)) return
      const own = -saving(name, name, minutesOf(minutes))
      // Half way between what it costs and what it is worth to the other: both gain.
      const price = (own + most) / 2n
      if (own > most || price <= 0n) return
      promised.add(name)
      const outcome = await agent
        .offer(intent, { quantity: 1n, price }, { duration: 60n })
        .catch(() => undefined)
      if (outcome?.type === 'agreed') await agent.settle(outcome.deal.id, { signal })
      else promised.delete(name)
    })
  }
  print('before')

  // 2. In turn each line asks for what would help it most: for nothing, and where that is refused, for money.
  for (const [name, agent] of agents) {
    agent.onOffer(() => ({ type: 'accept' }))
    for (const [line, other] of agents) {
      const wishes = Array.from({ length: 2 * MOST + 1 }, (_, index) => index - MOST)
      const [best = 0] = wishes.toSorted((a, b) => Number(saving(name, line, b) - saving(name, line, a)))
      const gain = saving(name, line, best)
      if (line === name || gain <= 0n || promised.has(line)) continue
      const [at] = await findAll(market, agent, SHIFT, [other])
      const { text, value } = await agent.request(at, String(best), { signal })
      const what = `${line} leaves ${Math.abs(best)} min ${best > 0 ? 'later' : 'earlier'} for ${name}`
      if (text === 'agreed') {
        shift(line, best)
        console.log(`agreed for nothing: ${what}; signed by ${value.agent}`)
        continue
      }
      const now = BigInt(Math.floor(Date.now() / 1000))
      const attributes: Attribute[] = [{ name: 'shift', type: 'set', values: [`${line}.${best}`] }]
      const job = {
        quantity: 1n,
        lot: 1n,
        price: gain,
        start: now,
        end: now + 5n,
        attributes,
      }
      const deal = await eventually(market, `offers that ${what}`, async () => {
        await agent.publishIntent({ side: 'buy', capability: SHIFT, ...job, life: 20n })
        await delay(2_000, undefined, { signal })
        return agent.deals().find(({ agreement }) => agreement.seller === other.address)
      })
      shift(line, best)
      const { state, outcome } = await agent.untilDeal(deal.id, hasEnded, { signal })
      console.log(`agreed for money: ${what}; ${state} on chain for ${dollars(outcome?.paid ?? 0n)}`)
    }
  }
  print('after')
})

/** Minutes of a shift. @throws RangeError when they are not whole, or too many */
function minutesOf(text: string): number {
  const minutes = Number(text)
  if (Number.isInteger(minutes) && Math.abs(minutes) <= MOST) return minutes
  throw new RangeError(`a shift has whole minutes from -${MOST} to ${MOST}, not ${text}`)
}
