/**
 * Sells runs of WebAssembly modules, and buys them: a random sample of the results is run again, and a wrong one goes to court.
 *
 *     npm start                                  # in one terminal
 *     npm run -s example -- compute-seller       # in another
 */
import { randomInt } from 'node:crypto'
import { type Deal, hasEnded, type MeshNetwork, paymentOf } from '@mesh/sdk'
import { dollars } from '../support/deals.ts'
import { eventually, findAll, type Market, runInMarket } from '../support/program.ts'
import { mixing, sampleOf, wrongOf } from './check.ts'
import { type Job, runJob } from './run-job.ts'

const CAPABILITY = 'compute.run'
/** Results of a job, how many of them are run again, and what one costs at most, in minor units of the test dollar. */
const [RESULTS, SAMPLE, PRICE] = [16, 8, 10_000n]
/** What a seller puts up; it loses twice the payment when the court finds against it. Bonds come out of the buyer's balance. */
const [STAKE, BALANCE] = [10_000_000n, 100_000_000n]
/** Seconds from the end of the time for the work until a job that was not delivered is refunded. */
const DURATION = 40n

/** Terms of both sides: disputes go to the court of the network, and what is contested is contested within two minutes. */
const termsOf = ({ network }: Market) => {
  const arbitrator = network.deployment.contracts.arbitration
  if (arbitrator === undefined) throw new Error('This market has no court: run `npm start` of this version.')
  return { arbitrator, exposurePercent: 200n, window: { own: 120n, least: 60n, most: 3600n } }
}

/** A seller: offers to every job, runs it in a thread with limits, and asks for its money. */
async function startSeller(market: Market, name: string, improve: (result: number, index: number) => number) {
  const init = { capabilities: [CAPABILITY], policy: termsOf(market) }
  const seller = await market.join(name, init, { stake: STAKE })
  seller.subscribeToIntents((intent) => {
    if (intent.value.capability !== CAPABILITY || intent.value.side !== 'buy') return
    const { quantity, price } = intent.value
    seller.offer(intent, { quantity, price }, { duration: DURATION }).catch(console.error)
  })
  seller.serve(CAPABILITY, async (question, { from }) => {
    const { id, module, inputs } = JSON.parse(new TextDecoder().decode(question))
    const deal = seller.deal(id)
    if (deal?.agreement.buyer !== from || deal.agreement.quantity !== BigInt(inputs.length))
      throw new Error('not agreed')
    const results = await runJob({ module: Buffer.from(module, 'base64'), inputs })
    seller.settle(id, { signal: market.signal }).catch(() => undefined)
    return JSON.stringify(results.map(improve))
  })
  return { name, agent: seller }
}

/** Has a job run by whose offer was accepted, and tells what came of a sample. */
async function check(
  market: Market,
  buyer: MeshNetwork,
  seller: { name: string; agent: MeshNetwork },
  deal: Deal,
  job: Job,
) {
  const [at] = await findAll(market, buyer, CAPABILITY, [seller.agent])
  const module = Buffer.from(job.module).toString('base64')
  const { text } = await buyer.request(at, JSON.stringify({ id: deal.id, module, inputs: job.inputs }))
  const sample = sampleOf(job.inputs.length, SAMPLE, randomInt)
  const again = await runJob({ ...job, inputs: sample.map((index) => job.inputs[index] ?? 0) })
  const wrong = wrongOf(JSON.parse(text), sample, again)
  console.log(`${seller.name}: ${SAMPLE} of ${RESULTS} results were run again, ${wrong} are wrong`)
  return wrong === 0
}

await runInMarket(async (market) => {
  const { signal } = market
  const { arbitrator, exposurePercent } = termsOf(market)

  // 1. Two who sell, of whom one saves itself most of the work; and one who buys.
  const sellers = [
    await startSeller(market, 'honest', (result) => result),
    await startSeller(market, 'cheat', (result, index) => (index % 4 === 0 ? result : 0)),
  ]
  const buyer = await market.join(
    'buyer',
    { domains: ['compute'], policy: termsOf(market) },
    { balance: BALANCE },
  )

  // 2. The buyer takes an offer of each; only with the court, and with stake behind it.
  const deals = new Map<string, Deal>()
  const taken = new Set<string>()
  buyer.onOffer(({ from, offer: { conditions, agreement }, outcome }) => {
    const isSafe =
      conditions.arbitrator === arbitrator &&
      agreement.exposure * 100n >= paymentOf(agreement) * exposurePercent
    if (!isSafe || taken.has(from) || agreement.price > PRICE) return { type: 'decline', reason: 'price' }
    taken.add(from)
    outcome.then((end) => (end.type === 'agreed' ? deals.set(from, end.deal) : taken.delete(from)))
    return { type: 'accept' }
  })

  // 3. A delivery is accepted when its sample is right. What the cheat then says on chain is contested by itself.
  const job = { module: mixing, inputs: Array.from({ length: RESULTS }, () => randomInt(1, 100_000)) }
  const verdicts = new Map<string, Promise<boolean>>()
  buyer.onDelivery(async ({ id }) => verdicts.get(id) ?? false)
  buyer.onDealChange(({ state, agreement }) => {
    const name = sellers.find(({ agent }) => agent.address === agreement.seller)?.name
    if (state === 'reported') console.log(`${name} reports on chain that it has delivered`)
    if (state === 'disputed')
      console.log(`the buyer contests it: ${name} has 24 hours to answer in court ${arbitrator}`)
  })
  await Promise.all(
    sellers.map(async (seller) => {
      const deal = await eventually(market, `offers as ${seller.name}`, async () => {
        const now = BigInt(Math.floor(Date.now() / 1000))
        const time = { start: now, end: now + 10n, life: 5n }
        await buyer.publishIntent({
          side: 'buy',
          capability: CAPABILITY,
          quantity: BigInt(RESULTS),
          price: PRICE,
          lot: 1n,
          ...time,
        })
        await new Promise((resolve) => setTimeout(resolve, 1_000))
        return deals.get(seller.agent.address)
      })
      const { id } = await buyer.untilDeal(deal.id, ({ state }) => state !== 'signed', { signal })
      verdicts.set(id, check(market, buyer, seller, deal, job))
      const { state, outcome } = await buyer.untilDeal(id, hasEnded, { signal })
      const lost = STAKE - (await seller.agent.account.freeStake())
      console.log(
        `${state} on chain: ${seller.name} is paid ${dollars(outcome?.paid ?? 0n)}, and loses ${dollars(lost)} of its stake`,
      )
    }),
  )
})
