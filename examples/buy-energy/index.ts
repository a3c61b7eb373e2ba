/**
 * A stranger's agent: joins a running market, buys energy from whoever offers it, and sees it settled.
 *
 *     npm start                                  # in one terminal
 *     npm run -s example -- buy-energy           # in another; MESH_API and MESH_WH change market and quantity
 */
import { hasEnded, MeshNetwork, paymentOf, readNetwork } from '@mesh/sdk'

const api = process.env.MESH_API ?? 'http://127.0.0.1:8787'
const wattHours = process.env.MESH_WH ?? '50'
if (!/^[1-9]\d*$/.test(wattHours)) stop(`MESH_WH is a whole number of Wh, such as 50, not ${wattHours}`)
const quantity = BigInt(wattHours)
const patience = AbortSignal.timeout(120_000)

// 1. Which market: its chain, contracts and first peers.
const market = await readNetwork(api).catch((error) => stop(error.message))

// 2. One key is the whole identity: libp2p peer and EVM address. It is kept in ~/.mesh-agent.
const network = new MeshNetwork({ network: market, domains: ['energy'] })
await network.connect()

// 3. Money to pay with. A development chain gives gas money to anybody, and test dollars are worth nothing.
await network.account.ensureTestGas(10n ** 18n)
await network.account.ensureTestDollars(10_000_000n)
await network.account.ensureBalance(10_000_000n)
console.log(`joined as ${network.address}`)

// 4. Accept the first offer that costs no more than the grid. Several homes offer at once: one is enough.
let isServed = false
network.onOffer(({ offer, outcome }) => {
  if (isServed) return { type: 'decline', reason: 'filled' }
  if (offer.agreement.price > 300_000n) return { type: 'decline', reason: 'price' }
  isServed = true
  outcome.then(({ type }) => {
    isServed = type === 'agreed'
  })
  return { type: 'accept' }
})

// 5. Ask for energy in the slot that others trade at present. Gossip is not acknowledged: ask until somebody offers.
const bought = new Promise<string>((resolve) => {
  patience.addEventListener('abort', () =>
    stop('Nobody has sold in two minutes: there may be no sun in the market.'),
  )
  network.onDealChange(({ id, state }) => {
    if (state === 'opened') resolve(id)
  })
})
let slot: { capability: string; lot: bigint; start: bigint; end: bigint } | undefined
network.subscribeToIntents(({ value: { capability, lot, start, end } }) => {
  if (slot === undefined) console.log(`asking for ${quantity} Wh`)
  slot = { capability, lot, start, end }
})
const asking = setInterval(() => {
  if (slot === undefined || isServed) return
  // The market trades days that were measured in the past.
  network
    .publishIntent({ side: 'buy', quantity, price: 200_000n, ...slot, replay: true })
    .catch(console.error)
}, 500)

// 6. The seller delivers when the slot is over; this agent checks the quantity and releases the payment.
const id = (await bought) as `0x${string}`
clearInterval(asking)
const { agreement } = await network.untilDeal(id, ({ state }) => state !== 'signed', { signal: patience })
console.log(`agreed: ${agreement.quantity} Wh from ${agreement.seller} at ${agreement.price} per kWh`)
const deal = await network.untilDeal(id, hasEnded, { signal: patience })
console.log(`${deal.state}: ${paymentOf(deal.agreement)} minor units for ${deal.agreement.quantity} Wh`)
await network.disconnect()
process.exit(deal.state === 'settled' ? 0 : 1)

function stop(why: string): never {
  console.error(why)
  process.exit(1)
}
