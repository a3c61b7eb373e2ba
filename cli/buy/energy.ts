import { bytesToHex } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { keyPath, loadKey } from '../../agent/index.ts'
import { parseMoney } from '../../community/money.ts'
import { parseDeployment } from '../../protocol/deployment.ts'
import { ConfigError, RefusedError } from '../../protocol/errors.ts'
import { ApiClient, type Json } from '../api/client.ts'
import { energy, money } from '../format.ts'
import { interruptible } from '../signals.ts'
import { fillWallet } from '../wallet.ts'
import { Buyer, LOT, type Slot } from './buyer.ts'

export interface BuyOptions {
  wh: number
  /** Test dollars per kWh. */
  limit: string
  start?: string
  end?: string
  /** Seconds. */
  wait: number
  api: string
  key?: string
  json?: boolean
}

/**
 * Buys energy over the API of a market.
 *
 * @returns the exit code
 * @throws MeshError with what to do
 */
export async function buyEnergy(options: BuyOptions): Promise<number> {
  using interruption = interruptible()
  const { signal } = interruption
  try {
    await buy(options, signal)
    return 0
  } catch (error) {
    if (interruption.exitCode !== undefined) return interruption.exitCode
    throw error
  }
}

async function buy(options: BuyOptions, signal: AbortSignal): Promise<void> {
  const asked = askedSlot(options)
  const api = new ApiClient(options.api, signal)
  const limit = parseMoney(options.limit, '--limit')
  const say = (text: string) => void (options.json ? undefined : console.error(text))
  const { data: network } = await api.get('/v1/network')
  const deployment = parseDeployment(network.deployment)
  const account = privateKeyToAccount(bytesToHex(await loadKey(keyPath(options.key))))
  const buyer = new Buyer(api, account, deployment)
  await fillWallet(account.address, network, (BigInt(options.wh) * limit) / LOT + 1n)

  say(`asking for ${energy(options.wh)} Wh at up to ${money(limit)} a kWh, as ${account.address}`)
  const slot = async () => asked ?? tradedSlot(api)
  const offer = await buyer.offerFor(BigInt(options.wh), slot, { limit, wait: options.wait, signal })
  const { agreement } = offer
  await buyer.accept(offer)
  say(
    `bought ${energy(Number(agreement.quantity))} Wh of ${agreement.seller} at ${money(agreement.price)} a kWh`,
  )
  const quantity = await buyer.release(offer, signal)
  const trade = await buyer.settled(offer.id, signal)
  say(
    `delivered ${energy(Number(quantity))} Wh, paid ${money(BigInt(trade.payment))}: settled in block ${trade.block}`,
  )
  if (options.json) console.log(JSON.stringify(trade, undefined, 2))
}

/** When the delivery is to be, as far as that was said. @throws ConfigError `OPTION_INVALID` */
function askedSlot({ start, end }: BuyOptions): Slot | undefined {
  if (start === undefined && end === undefined) return undefined
  if (start === undefined || end === undefined) {
    throw new ConfigError('OPTION_INVALID', 'Half of the delivery is not said.', {
      field: start === undefined ? '--start' : '--end',
      expected: 'an instant, as the other has one',
      remedy: 'Say when it begins and when it ends, or neither, for the slot that others trade.',
    })
  }
  const slot = { start: instant('--start', start), end: instant('--end', end) }
  if (slot.start < slot.end) return slot
  throw new ConfigError('OPTION_INVALID', 'The delivery ends before it begins.', {
    field: '--end',
    expected: `later than ${start}`,
    received: end,
    remedy: 'Give the end of the delivery, after its beginning.',
  })
}

/** The slot of the newest intent of others. @throws RefusedError `NO_SLOT` */
async function tradedSlot(api: ApiClient): Promise<Slot> {
  const { data } = await api.get('/v1/intents', { capability: 'energy.supply', limit: 1 })
  const [newest] = data as Json[]
  if (newest !== undefined) return { start: BigInt(newest.start), end: BigInt(newest.end) }
  throw new RefusedError('NO_SLOT', 'Nobody trades energy at present.', {
    field: '--start, --end',
    remedy: 'Say when the delivery is to be, or wait until the market trades.',
  })
}

function instant(field: string, text: string): bigint {
  const milliseconds = Date.parse(text)
  if (Number.isFinite(milliseconds)) return BigInt(Math.floor(milliseconds / 1000))
  throw new ConfigError('OPTION_INVALID', 'This is no instant.', {
    field,
    expected: 'ISO 8601, such as 2026-11-22T12:00:00Z',
    received: text,
    remedy: 'Write date, time and zone.',
  })
}
