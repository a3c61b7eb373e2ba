/**
 * Sells FX history by the minute, paid per question. See README.md.
 *
 *     npm start                                    # in one terminal
 *     npm run -s example -- data-service           # in another; MESH_API says which market, if it is not the one here
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { hasEnded, type MeshNetwork, shareOf } from '@mesh/sdk'
import { dollars } from '../support/deals.ts'
import { findAll, homeOf, type Market, runInMarket, untilTold } from '../support/program.ts'
import { answerTo, type History, readHistory, timeOf } from './history.ts'

const SYNTHETIC = join(import.meta.dirname, 'eur-usd.synthetic.csv')
const { values: options } = parseArgs({
  options: {
    file: { type: 'string', default: SYNTHETIC },
    pair: { type: 'string', default: 'EUR/USD' },
    'only-serve': { type: 'boolean', default: false },
  },
})
/** Of one answer, and of the balance and the stake that they are paid and vouched for with, in minor units: 20_000n is 0.02. */
const PRICE = 20_000n
const BALANCE = 1_000_000n
const STAKE = 1_000_000n

await runInMarket(async (market) => {
  const history = readHistory(await readFile(options.file, 'utf8'), options.file)
  // The provider's key and journal outlive this process: what is open when it ends is settled when it is back.
  const init = { directory: homeOf('data-service'), onError: console.error }
  const provider = await market.join(
    'provider',
    { ...init, capabilities: [claimOf(history)] },
    { stake: STAKE },
  )
  provider.onDealChange((deal) => {
    if (!hasEnded(deal) || deal.outcome === undefined) return
    const { quantity, paid } = deal.outcome
    const fee = shareOf(paid, deal.agreement.feeBps)
    const received = `${dollars(paid - fee, 5)} received after a fee of ${dollars(fee, 5)}`
    console.log(`${deal.state}: ${quantity} answers, ${received}`)
  })
  provider.serve('data.fx', (question) => answerTo(history, new TextDecoder().decode(question)), {
    ttl: 86_400n,
  })
  const kind = options.file === SYNTHETIC ? 'SYNTHETIC ' : ''
  console.log(`${provider.address} serves ${history.rates.size} minutes of ${kind}${options.pair}`)
  console.log(`from ${timeOf(history.first)} to ${timeOf(history.last)}, ${dollars(PRICE, 5)} an answer`)

  if (!options['only-serve']) await askSome(market, provider, history)
  console.log('Serving whoever asks. Ctrl-C ends it.')
  await untilTold(market)
})

/** What others find it by: `data.fx where pair = EUR/USD and period covers 2024-01-02..2024-01-02 and price <= $0.02`. */
function claimOf({ first, last }: History) {
  return {
    name: 'data.fx',
    attributes: [
      { name: 'pair', type: 'set' as const, values: [options.pair] },
      { name: 'period', type: 'span' as const, from: BigInt(first * 60), to: BigInt((last + 1) * 60) },
      { name: 'price', type: 'range' as const, min: PRICE, max: PRICE },
    ],
  }
}

/** A customer, in this program because there may be no other. It knows of the provider only what it finds in the mesh. */
async function askSome(market: Market, provider: MeshNetwork, { first, last }: History): Promise<void> {
  await using customer = await market.join('customer', { domains: ['data'] }, { balance: BALANCE })
  console.log(`This program brings a customer too, ${customer.address}, who asks five questions.`)
  const [service] = await findAll(market, customer, `data.fx where pair = ${options.pair}`, [provider])
  for (let part = 1; part <= 5; part++) {
    const minute = timeOf(first + Math.floor(((last - first) * part) / 5))
    const { text } = await customer.request(service, minute, { maxPrice: PRICE, signal: market.signal })
    console.log(`asked ${minute}: ${text} ${options.pair}`)
  }
}
