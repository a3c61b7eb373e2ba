/**
 * Sells FX history by the minute, paid per question. See README.md.
 *
 *     npm start                                    # in one terminal
 *     npm run -s example -- data-service           # in another; MESH_API says which market, if it is not the one here
 */
import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import {
  type FoundAgent,
  formatMoney,
  hasEnded,
  joinMarket,
  type MeshNetwork,
  type MeshNetworkInit,
  type NetworkDescriptor,
  readNetwork,
  runAgent,
  shareOf,
} from '@mesh/sdk'
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

await runAgent(async (signal) => {
  const history = readHistory(await readFile(options.file, 'utf8'), options.file)
  const network = await readNetwork(process.env.MESH_API ?? 'http://127.0.0.1:8787', { signal })

  // The provider's key and journal outlive this process: what is open when it ends is settled when it is back.
  const directory = join(process.env.MESH_HOME ?? join(homedir(), '.mesh-agent'), 'data-service')
  await using provider = await joinMarket(
    { network, directory, capabilities: [claimOf(history)], onError: console.error },
    { stake: STAKE },
    { signal },
  )
  provider.onDealChange((deal) => {
    if (!hasEnded(deal) || deal.outcome === undefined) return
    const { quantity, paid } = deal.outcome
    const fee = shareOf(paid, deal.agreement.feeBps)
    console.log(
      `${deal.state}: ${quantity} answers, ${money(paid - fee)} received after a fee of ${money(fee)}`,
    )
  })
  provider.serve('data.fx', (question) => answerTo(history, new TextDecoder().decode(question)), {
    ttl: 86_400n,
  })
  const kind = options.file === SYNTHETIC ? 'SYNTHETIC ' : ''
  console.log(`${provider.address} serves ${history.rates.size} minutes of ${kind}${options.pair}`)
  console.log(`from ${timeOf(history.first)} to ${timeOf(history.last)}, ${money(PRICE)} an answer`)

  if (!options['only-serve']) await askSome(network, provider, history, signal)
  console.log('Serving whoever asks. Ctrl-C ends it.')
  await delay(2 ** 31 - 1, undefined, { signal })
})

/** What others find it by: `data.fx where pair = EUR/USD and period covers 2024-01-02..2024-01-02 and price <= $0.02`. */
function claimOf({ first, last }: History) {
  return {
    name: 'data.fx',
    attributes: [
      { name: 'pair', type: 'set', values: [options.pair] },
      { name: 'period', type: 'span', from: BigInt(first * 60), to: BigInt((last + 1) * 60) },
      { name: 'price', type: 'range', min: PRICE, max: PRICE },
    ],
  } satisfies NonNullable<MeshNetworkInit['capabilities']>[number]
}

/** A customer, in this program because there may be no other. It knows of the provider only what it finds in the mesh. */
async function askSome(
  network: NetworkDescriptor,
  provider: MeshNetwork,
  { first, last }: History,
  signal: AbortSignal,
): Promise<void> {
  await using customer = await joinMarket(
    { network, directory: false, domains: ['data'] },
    { balance: BALANCE },
    { signal },
  )
  console.log(`This program brings a customer too, ${customer.address}, who asks five questions.`)
  const service = await find(customer, provider, signal)
  for (let part = 1; part <= 5; part++) {
    const minute = timeOf(first + Math.floor(((last - first) * part) / 5))
    const { text } = await customer.request(service, minute, { maxPrice: PRICE, signal })
    console.log(`asked ${minute}: ${text} ${options.pair}`)
  }
}

async function find(customer: MeshNetwork, provider: MeshNetwork, signal: AbortSignal): Promise<FoundAgent> {
  for (;;) {
    const found = await customer.discoverAgents(`data.fx where pair = ${options.pair}`, { signal })
    const service = found.find(({ record }) => record.value.agent === provider.address)
    if (service !== undefined) return service
    await delay(500, undefined, { signal })
  }
}

function money(minorUnits: bigint): string {
  return `${formatMoney(minorUnits, 5)} test dollars`
}
