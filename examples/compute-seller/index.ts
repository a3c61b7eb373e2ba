/**
 * Sells runs of WebAssembly modules, and buys them: a random sample of the results is run again, and a wrong one goes to court.
 *
 *     npm start                                  # in one terminal
 *     npm run -s example -- compute-seller       # in another
 */
import { randomInt } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { type Deal, type Hex, hasEnded, isOpen, type MeshNetwork, type Offer, runModule } from '@mesh/sdk'
import { dollars, takeOneOfEach } from '../support/deals.ts'
import { eventually, findAll, type Market, runInMarket } from '../support/program.ts'
import { mixing, sampleOf, wrongOf } from './check.ts'
import { CAPABILITY, type Seller, startSeller, termsOf } from './seller.ts'

/** Results of a job, how many of them are run again, and what one costs at most, in minor units of the test dollar. */
const [RESULTS, SAMPLE, PRICE] = [16, 8, 10_000n]
/** What the buyer pays with; the bond that it puts up in court comes out of it, too. */
const BALANCE = 100_000_000n

await runInMarket(async (market) => {
  const { signal } = market
  const policy = termsOf(market)

  // 1. Two who sell, of whom one saves itself most of the work; and one who buys.
  const sellers = [
    await startSeller(market, 'honest', (result) => result),
    await startSeller(market, 'cheat', (result, index) => (index % 4 === 0 ? result : 0)),
  ]
  const buyer = await market.join('buyer', { domains: ['compute'], policy }, { balance: BALANCE })

  // 2. The buyer takes an offer of each that names the court; its policy wants stake behind it.
  const isWithCourt = ({ conditions }: Offer) => conditions.arbitrator === policy.arbitrator
  takeOneOfEach(buyer, (offer) => isWithCourt(offer) && offer.agreement.price <= PRICE)

  // 3. A delivery is accepted when its sample is right. What the cheat then says on chain is contested by itself.
  const verdicts = new Map<string, Promise<boolean>>()
  buyer.onDelivery(async ({ id }) => verdicts.get(id) ?? false)
  buyer.onDealChange(({ state, agreement }) => {
    const name = sellers.find(({ agent }) => agent.address === agreement.seller)?.name
    const dispute = `the buyer contests it: ${name} has 24 hours to answer in court ${policy.arbitrator}`
    if (state === 'reported') console.log(`${name} reports on chain that it has delivered`)
    if (state === 'disputed') console.log(dispute)
  })
  const trade = async (seller: Seller) => {
    const stake = await seller.agent.account.freeStake()
    const { id } = await eventually(market, `offers as ${seller.name}`, async () => {
      const start = BigInt(Math.floor(Date.now() / 1000))
      const wish = { capability: CAPABILITY, quantity: BigInt(RESULTS), price: PRICE, lot: 1n }
      await buyer.publishIntent({ side: 'buy', ...wish, start, end: start + 10n, life: 5n })
      await delay(1_000, undefined, { signal })
      const isTheirs = (deal: Deal) => deal.agreement.seller === seller.agent.address && isOpen(deal)
      return buyer.deals().find(isTheirs)
    })
    verdicts.set(id, isRight(market, buyer, seller, id))
    const { state, outcome } = await buyer.untilDeal(id, hasEnded, { signal })
    const lost = stake - (await seller.agent.account.freeStake())
    const end = `is paid ${dollars(outcome?.paid ?? 0n)}, and loses ${dollars(lost)} of its stake`
    console.log(`${state} on chain: ${seller.name} ${end}`)
  }
  await Promise.all(sellers.map(trade))
})

/** Has a job run by whose offer was accepted, and tells what came of a sample. */
async function isRight(
  market: Market,
  buyer: MeshNetwork,
  { name, agent }: Seller,
  id: Hex,
): Promise<boolean> {
  const inputs = Array.from({ length: RESULTS }, () => randomInt(1, 100_000))
  const [at] = await findAll(market, buyer, CAPABILITY, [agent])
  const job = { id, module: Buffer.from(mixing).toString('base64'), inputs }
  const { text } = await buyer.request(at, JSON.stringify(job))
  const sample = sampleOf(RESULTS, SAMPLE, randomInt)
  const chosen = sample.map((place) => inputs[place] ?? 0)
  const again = await runModule(mixing, chosen, { signal: market.signal })
  const wrong = wrongOf(JSON.parse(text), sample, again)
  console.log(`${name}: ${SAMPLE} of ${RESULTS} results were run again, ${wrong} are wrong`)
  return wrong === 0
}
