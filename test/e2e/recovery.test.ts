import { mkdtemp } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'chai'
import type { DealState } from '../../agent/index.ts'
import { uniformDraws } from '../../agent/market/uniform-draws.ts'
import { SEED } from '../seed.ts'
import { AgentProcess } from './support/agent-process.ts'
import { startMarket, type TestMarket } from './support/market.ts'

const ENDED: DealState[] = ['settled', 'refunded', 'cancelled', 'resolved', 'void']

describe('an agent that is killed in the middle of a deal', function () {
  this.timeout(240_000)
  let market: TestMarket
  const processes: AgentProcess[] = []

  before(async () => {
    market = await startMarket()
  })

  after(async () => {
    await Promise.all(processes.map((agent) => agent.kill()))
    await market.stop()
  })

  /** A buyer and a seller, each in its own process, that know one another; nobody has been either before. */
  async function pair(name: string): Promise<{ buyer: AgentProcess; seller: AgentProcess }> {
    const home = await mkdtemp(join(market.directory, `${name}-`))
    const init = (role: string) => ({
      directory: join(home, role),
      capabilities: ['energy.supply'],
      policy: { offerLife: 3n },
    })
    const buyer = new AgentProcess(market, init('buyer'))
    const seller = new AgentProcess(market, init('seller'))
    processes.push(buyer, seller)
    await buyer.start()
    await seller.start(buyer.endpoints)
    return { buyer, seller }
  }

  const has = (agent: AgentProcess, state: DealState) => [...agent.deals.values()].includes(state)
  const noneOpen = (agent: AgentProcess) => [...agent.deals.values()].every((state) => ENDED.includes(state))
  const allEnded = (agent: AgentProcess) => agent.deals.size > 0 && noneOpen(agent)

  it('is refunded by a counterparty that did not deliver while it was away, and learns of it when it is back', async () => {
    const { buyer, seller } = await pair('gone')
    seller.send({ type: 'sell', duration: 6n, deliver: false })
    buyer.send({ type: 'buy' })
    await buyer.until(() => has(buyer, 'opened'))
    await buyer.kill()
    await seller.until(() => allEnded(seller))
    expect([...seller.deals.values()]).to.deep.equal(['refunded'])
    await buyer.start(seller.endpoints)
    await buyer.until(() => allEnded(buyer))
    expect([...buyer.deals.values()]).to.deep.equal(['refunded'])
  })

  it(`ends every deal as its counterparty does, whenever it is killed (seed ${SEED})`, async () => {
    const random = uniformDraws(SEED)
    const rounds = Array.from({ length: 4 }, (_, index) => ({
      index,
      victim: index % 2 === 0 ? ('buyer' as const) : ('seller' as const),
      delay: Math.floor(random() * 120),
    }))
    for (const { index, victim, delay } of rounds) {
      const agents = await pair(`random-${index}`)
      const { buyer, seller } = agents
      seller.send({ type: 'sell', duration: 40n, deliver: true })
      buyer.send({ type: 'buy' })
      await agents[victim].until(() => agents[victim].deals.size > 0)
      await new Promise((resolve) => setTimeout(resolve, delay))
      await agents[victim].kill()
      const other = victim === 'buyer' ? seller : buyer
      await agents[victim].start(other.endpoints)
      const context = `seed ${SEED}, round ${index}: ${victim} killed after ${delay} ms`
      await agents[victim].until(() => allEnded(agents[victim]))
      await other.until(() => noneOpen(other))
      for (const id of new Set([...buyer.deals.keys(), ...seller.deals.keys()])) {
        // An offer that never arrived is known to its maker alone: a seller that was killed as it sent it.
        expect(buyer.deals.get(id) ?? 'void', context).to.equal(seller.deals.get(id) ?? 'void')
      }
      await Promise.all([buyer.kill(), seller.kill()])
    }
  })
})
