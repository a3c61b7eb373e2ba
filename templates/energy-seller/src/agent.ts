/** An agent that sells solar energy: it answers whoever wants to buy, delivers, and is paid. `npm start` runs it. */
import { setTimeout as sleep } from 'node:timers/promises'
import {
  type Deal,
  formatMoney,
  hasEnded,
  isOpen,
  joinMarket,
  MeshError,
  type MeshNetwork,
  notes,
  type ReceivedIntent,
  readNetwork,
  runAgent,
  untilMarketEnds,
} from '@mesh/sdk'
import { bidFor, freeWh, type Promised, STAKE } from './strategy.ts'

const API = process.env.MESH_API ?? 'http://127.0.0.1:8787'
/** Prints what went wrong and was dealt with, at most once a minute. */
const note = notes()
/** What is bargained about, and what is sold, until it is delivered. */
const promised = new Set<Promised>()
/** Buyers that have not paid for what they were offered. */
const engaged = new Set<string>()

await runAgent(async (signal) => {
  const market = await readNetwork(API, { signal })
  await using network = await joinMarket(
    {
      network: market,
      directory: '.agent',
      capabilities: [
        { name: 'energy.supply', attributes: [{ name: 'source', type: 'set', values: ['solar'] }] },
      ],
      // How long a buyer may contest a delivery, in seconds.
      policy: { window: { own: 60n, least: 60n, most: 86_400n } },
      onError: (error) => {
        // A market that replays a day, as `mesh up` does, has clocks of its own: a buyer that is asked too early is asked again.
        if (!(error instanceof MeshError && error.code === 'DELIVERY_REFUSED')) note(error)
      },
    },
    { stake: STAKE, agentURI: 'data:,energy-seller' },
    { signal },
  )
  console.log(`selling as ${network.address}`)
  // What was sold before it was started again.
  for (const deal of network.deals()) if (!hasEnded(deal)) keep(network, deal).catch(note)
  network.subscribeToIntents((intent) => {
    const { agent, side, capability } = intent.value
    if (side !== 'buy' || capability !== 'energy.supply' || engaged.has(agent)) return
    engaged.add(agent)
    sell(network, intent)
      .catch(note)
      .finally(() => engaged.delete(agent))
  })
  await untilMarketEnds(API, market, { signal })
})

/** Bargains with a buyer. @returns when its payment is in escrow, or nothing came of it */
async function sell(network: MeshNetwork, intent: ReceivedIntent): Promise<void> {
  const { quantity: wanted, start, end } = intent.value
  const now = BigInt(Math.floor(Date.now() / 1000))
  const bid = bidFor(wanted, freeWh(promised, { start, end }, now))
  if (bid === undefined) return
  const { quantity, limits } = bid
  const promise = { start, end, quantity }
  promised.add(promise)
  const outcome = await network.negotiate(intent, limits, { quantity }).catch(note)
  if (outcome?.type !== 'agreed') {
    promised.delete(promise)
    return
  }
  const { agreement } = outcome.deal
  console.log(`agreed: ${agreement.quantity} Wh for ${agreement.buyer}`)
  await keep(network, outcome.deal, promise)
}

/** Keeps for a buyer what it has bought. @returns when its payment is in escrow, or never will be */
async function keep(
  network: MeshNetwork,
  deal: Deal,
  promise: Promised = { ...deal.terms, quantity: 0n },
): Promise<void> {
  const { id, agreement } = deal
  promise.quantity = agreement.quantity
  promised.add(promise)
  const { state } = await network.untilDeal(id, (now) => isOpen(now) || hasEnded(now))
  if (state === 'void') {
    promised.delete(promise)
    console.log(`came to nothing: ${agreement.quantity} Wh for ${agreement.buyer}`)
    return
  }
  // Its buyer need not wait for that to buy again.
  deliver(network, deal)
    .then(() => promised.delete(promise))
    .catch(note)
}

/** Delivers when the slot is over, and waits for the pay. */
async function deliver(network: MeshNetwork, { id, agreement, terms }: Deal): Promise<void> {
  await sleep(Math.max(0, Number(terms.end) * 1000 - Date.now()), undefined, { ref: false })
  const { state, outcome } = await network.settle(id)
  console.log(`${state}: ${agreement.quantity} Wh for ${formatMoney(outcome?.paid ?? 0n, 4)} test dollars`)
}
