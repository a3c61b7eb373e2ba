import { join } from 'node:path'
import { isOpen, runModule } from '@mesh/sdk'
import { sell } from '../support/deals.ts'
import { once } from '../support/once.ts'
import { homeOf, type Market } from '../support/program.ts'

export const CAPABILITY = 'compute.run'
/** What a seller puts up, in minor units of the test dollar; it loses twice the payment when the court finds against it. */
const STAKE = 10_000_000n

/** Terms of both sides: disputes go to the court of the network, and what is contested is contested within two minutes. */
export function termsOf({ network }: Pick<Market, 'network'>) {
  const arbitrator = network.deployment.contracts.arbitration
  if (arbitrator === undefined) throw new Error('This market has no court: run `npm start` of this version.')
  return { arbitrator, exposurePercent: 200n, window: { own: 120n, least: 60n, most: 3600n } }
}

/** Leaves each result as it is, or makes something else of it. */
type Improve = (result: number, index: number) => number

export type Seller = Awaited<ReturnType<typeof startSeller>>

/** A seller: offers to every job, runs one for each agreement in a process with limits, and asks for its money. */
export async function startSeller(market: Market, name: string, improve: Improve) {
  // Of its key and its agreements, and of the record of the jobs that it has done.
  const directory = homeOf(join('compute-seller', name))
  const init = { directory, capabilities: [CAPABILITY], policy: termsOf(market) }
  const agent = await market.join(name, init, { stake: STAKE })
  sell(agent, CAPABILITY, { price: ({ price }) => price, over: () => undefined })
  agent.serve(CAPABILITY, async (question, { from, signal }) => {
    const { id, module, inputs } = JSON.parse(new TextDecoder().decode(question))
    if (agent.deal(id)?.agreement.buyer !== from) throw new Error('no job is agreed')
    const deal = await agent.untilDeal(id, ({ state }) => state !== 'signed', { signal })
    const isPaid = isOpen(deal) && deal.agreement.quantity === BigInt(inputs.length)
    if (!isPaid)
      throw new Error(`${deal.agreement.quantity} results are agreed, and the deal is ${deal.state}`)
    // One agreement pays for one job, however often it is asked for, and whatever is asked then.
    const answer = await once(join(directory, 'jobs'), deal.id, async () => {
      const results = await runModule(Buffer.from(module, 'base64'), inputs, { signal: market.signal })
      return JSON.stringify(results.map(improve))
    })
    agent.settle(deal.id, { signal: market.signal }).catch(() => undefined)
    return answer
  })
  return { name, agent }
}
