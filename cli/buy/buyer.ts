import { setTimeout as sleep } from 'node:timers/promises'
import type { PrivateKeyAccount } from 'viem/accounts'
import { AUTHORIZATION_TYPES, authorizationFor, isDomainOf } from '../../protocol/authorization.ts'
import { type Deployment, escrowDomain, meshDomain } from '../../protocol/deployment.ts'
import { hashIntent } from '../../protocol/eip712.ts'
import { MeshError, RefusedError, TimeoutError } from '../../protocol/errors.ts'
import { intentFromJson, releaseFromJson } from '../../protocol/from-json.ts'
import { readOffer, type ShownOffer } from '../../protocol/shown-offer.ts'
import {
  agreementTypedData,
  intentTypedData,
  releaseTypedData,
  type TypedData,
} from '../../protocol/typed-data.ts'
import type { Hex, Intent } from '../../protocol/types.ts'
import type { ApiClient, Json } from '../api/client.ts'
import { money } from '../format.ts'

/** Wh that one price buys. */
export const LOT = 1_000n
/** How long an intent stands, and by how much the market's clock may be ahead of this one, in seconds. */
const [LIFE, CLOCKS] = [60, 3_600]
/** How often the API is asked for news, in milliseconds. */
const POLL = 300
/** How long one asking may be answered, and how long after the first offer others are waited for, in milliseconds. */
const ASK_AGAIN = 5_000
const CHOICE = 1_000
/** How long a delivery, and its settlement, may take after its end, in milliseconds. */
const DELIVERY_PATIENCE = 300_000

/** When energy is to be delivered, Unix seconds. */
export interface Slot {
  start: bigint
  end: bigint
}

/** One purchase, request by request. All that is signed is computed here, from what was asked for and what was checked. */
export class Buyer {
  readonly #api: ApiClient
  readonly #account: PrivateKeyAccount
  readonly #deployment: Deployment

  constructor(api: ApiClient, account: PrivateKeyAccount, deployment: Deployment) {
    this.#api = api
    this.#account = account
    this.#deployment = deployment
  }

  async #ask(quantity: bigint, price: bigint, slot: Slot): Promise<{ intent: Intent; hash: Hex }> {
    const wish = { side: 'buy', capability: 'energy.supply', quantity, price: price / 2n, lot: LOT, ...slot }
    const { address: agent } = this.#account
    const { data } = await this.#api.post('/v1/intents/prepare', { agent, ...wish, life: LIFE, replay: true })
    const intent = intentFromJson(data.intent)
    for (const [name, value] of Object.entries({ agent, ...wish })) {
      if (intent[name as keyof Intent] !== value)
        throw changed(`intent.${name}`, value, intent[name as keyof Intent])
    }
    // An offer to it may bind for as long, and hold the payment.
    const latest = BigInt(Math.floor(Date.now() / 1000) + LIFE + CLOCKS)
    if (intent.expiry > latest) throw changed('intent.expiry', `at most ${latest}`, intent.expiry)
    const domain = meshDomain(this.#deployment)
    const signature = await this.#sign(intentTypedData(domain, intent))
    await this.#api.post('/v1/intents', { intent, signature })
    return { intent, hash: hashIntent(domain, intent) }
  }

  /**
   * Asks until somebody offers: anew for each slot, and in one now and then, for a market has more to sell later.
   *
   * @param slot the one that is traded at present
   * @param options.wait seconds
   * @returns the cheapest of the offers that come within a second after the first one
   * @throws TimeoutError `NO_OFFER`
   */
  async offerFor(
    quantity: bigint,
    slot: () => Promise<Slot>,
    { limit, wait, signal }: { limit: bigint; wait: number; signal: AbortSignal },
  ): Promise<ShownOffer> {
    const latest = Date.now() + wait * 1000
    while (Date.now() < latest) {
      const asked = await this.#ask(quantity, limit, await slot())
      const again = Math.min(Date.now() + ASK_AGAIN, latest)
      while (Date.now() < again) {
        await sleep(POLL, undefined, { signal })
        if ((await this.#offers(asked, limit)).length === 0) continue
        await sleep(CHOICE, undefined, { signal })
        const offers = await this.#offers(asked, limit)
        const [best] = offers.toSorted((x, y) => Number(x.agreement.price - y.agreement.price))
        if (best !== undefined) return best
      }
    }
    throw new TimeoutError('NO_OFFER', 'Nobody has sold at this price.', {
      field: '--limit, --wait',
      expected: `an offer within ${wait} s at up to ${money(limit)} a kWh`,
      remedy: 'Ask again: there may be no sun in these slots. Or pay more, or ask for less.',
    })
  }

  async #offers(asked: { intent: Intent; hash: Hex }, limit: bigint): Promise<ShownOffer[]> {
    const { data } = await this.#api.get(`/v1/intents/${asked.hash}/offers`, { limit: 50 })
    return (data as Json[]).flatMap((shown) => {
      try {
        return [readOffer(shown, asked, this.#deployment, limit)]
      } catch (error) {
        // One that is too dear, or not what was asked for, is not taken; others may be.
        if (error instanceof MeshError) return []
        throw error
      }
    })
  }

  async accept({ id, agreement, conditions }: ShownOffer): Promise<void> {
    const domain = escrowDomain(this.#deployment)
    const authorization = authorizationFor(agreement, id, this.#deployment.contracts.treasury)
    const { data } = await this.#api.post('/v1/agreements/prepare', { offer: id })
    const { domain: tokenDomain } = data.authorization
    const { chainId } = this.#deployment
    if (!isDomainOf(tokenDomain, agreement.token, chainId)) {
      const { verifyingContract, chainId: at } = tokenDomain
      throw changed(
        'authorization.domain',
        `${agreement.token} on chain ${chainId}`,
        `${verifyingContract} on chain ${at}`,
      )
    }
    const { validAfter, validBefore } = authorization
    const message = { ...authorization } as unknown as TypedData['message']
    const funding = {
      kind: 'authorization',
      ...{ validAfter, validBefore },
      signature: await this.#sign({ ...AUTHORIZATION_TYPES, domain: tokenDomain, message }),
    }
    const signature = await this.#sign(agreementTypedData(domain, agreement, conditions))
    await this.#api.post('/v1/agreements', { offer: id, signature, funding })
  }

  /** Waits until the seller says what it delivered, and releases the payment for it. @returns Wh */
  async release({ id, agreement, conditions }: ShownOffer, signal: AbortSignal): Promise<bigint> {
    const latest = Math.max(Number(conditions.end) * 1000, Date.now()) + DELIVERY_PATIENCE
    const { data } = await this.#until(latest, signal, () => this.#api.get(`/v1/agreements/${id}/release`), [
      'DELIVERY_UNKNOWN',
    ])
    const release = releaseFromJson(data.release.message)
    if (release.agreement !== id || release.quantity > agreement.quantity) {
      throw changed(
        'release',
        `${id}, at most ${agreement.quantity}`,
        `${release.agreement}, ${release.quantity}`,
      )
    }
    const signature = await this.#sign(releaseTypedData(escrowDomain(this.#deployment), release))
    await this.#api.post(`/v1/agreements/${id}/release`, { signature })
    return release.quantity
  }

  /** Waits for the trade, as the chain has it. */
  async settled(id: Hex, signal: AbortSignal): Promise<Json> {
    const { address: buyer } = this.#account
    return this.#until(Date.now() + DELIVERY_PATIENCE, signal, async () => {
      const { data } = await this.#api.get('/v1/trades', { buyer, limit: 50 })
      return (data as Json[]).find((trade) => trade.id === id)
    })
  }

  async #until(
    latest: number,
    signal: AbortSignal,
    ask: () => Promise<Json>,
    notYet: string[] = [],
  ): Promise<Json> {
    for (;;) {
      try {
        const found = await ask()
        if (found !== undefined) return found
      } catch (error) {
        if (!(error instanceof MeshError) || !notYet.includes(error.code)) throw error
      }
      if (Date.now() > latest) break
      await sleep(POLL, undefined, { signal })
    }
    throw new TimeoutError('NOT_DELIVERED', 'The seller has not delivered in time.', {
      remedy:
        'What was paid comes back after the deadline by itself: `mesh trades` and `/v1/agreements` tell.',
    })
  }

  #sign(typed: TypedData): Promise<Hex> {
    return this.#account.signTypedData(typed as unknown as Parameters<PrivateKeyAccount['signTypedData']>[0])
  }
}

function changed(field: string, expected: unknown, received: unknown): RefusedError {
  return new RefusedError('ANSWER_CHANGED', 'The API has something else signed than was asked for.', {
    field,
    expected,
    received,
    remedy: 'Nothing was signed. Do not trust this API.',
  })
}
