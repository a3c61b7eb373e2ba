/** An agent that sells answers: others find it by what it knows, ask, and pay for each answer. `npm start` runs it. */
import { formatMoney, hasEnded, joinMarket, notes, readNetwork, runAgent, untilMarketEnds } from '@mesh/sdk'
import { answer, CREDIT, HOLDS, PRICE, STAKE } from './strategy.ts'

const API = process.env.MESH_API ?? 'http://127.0.0.1:8787'
const CAPABILITY = 'data.daylight'
const price = { name: 'price', type: 'range', min: PRICE, max: PRICE } as const

await runAgent(async (signal) => {
  const market = await readNetwork(API, { signal })
  await using network = await joinMarket(
    {
      network: market,
      directory: '.agent',
      capabilities: [{ name: CAPABILITY, attributes: [price] }],
      // Prints what went wrong and was dealt with, at most once a minute.
      onError: notes(),
    },
    { stake: STAKE, agentURI: 'data:,data-service' },
    { signal },
  )
  const onQuestion = (question: Uint8Array, { from }: { from: string }) => {
    const text = new TextDecoder().decode(question)
    const found = answer(text)
    // Only now: what it can read is harmless to print.
    console.log(`${from} asks: ${text}`)
    return found
  }
  network.serve(CAPABILITY, onQuestion, { ttl: HOLDS, credit: CREDIT })
  network.onDealChange((deal) => {
    if (!hasEnded(deal)) return
    const { quantity = 0n, paid = 0n } = deal.outcome ?? {}
    console.log(`${deal.state}: ${quantity} answers for ${formatMoney(paid, 4)} test dollars`)
  })
  console.log(`answering as ${network.address}`)
  await untilMarketEnds(API, market, { signal })
})
