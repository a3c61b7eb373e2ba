import { AUTHORIZATION_TYPES, authorizationFor, isDomainOf } from '../../../protocol/authorization.ts'
import { escrowDomain, meshDomain, parseDeployment } from '../../../protocol/deployment.ts'
import { hashIntent } from '../../../protocol/eip712.ts'
import { intentFromJson, releaseFromJson } from '../../../protocol/from-json.ts'
import { readOffer, type ShownOffer } from '../../../protocol/shown-offer.ts'
import { agreementTypedData, intentTypedData, releaseTypedData } from '../../../protocol/typed-data.ts'
import type { Hex, Intent, Release } from '../../../protocol/types.ts'
import { ApiFault, get, post } from '../../api/get.ts'
import type { OfferView } from '../../api/views.ts'
import { network } from '../../wallet/network.ts'
import type { Wallet } from '../../wallet/wallet.ts'
import { PurchaseFault } from './fault.ts'

/** Wh that one price buys. */
const LOT = 1_000n
/** How long an intent stands, and by how much the market's clock may be ahead of this one, in seconds. */
const [LIFE, CLOCKS] = [60, 3_600]

/** What somebody wishes to buy. */
export interface Wish {
  /** Wh. */
  quantity: bigint
  /** Most minor units per kWh. */
  limit: bigint
  /** When it is to be delivered, in Unix seconds. */
  start: bigint
  end: bigint
}

/** A wish that was signed and published. */
export interface Asked {
  intent: Intent
  hash: Hex
  limit: bigint
}

/**
 * Signs an intent to buy energy, and has the market's gateway spread it.
 *
 * @throws ApiFault; PurchaseFault when the API would have something else signed than was asked for
 */
export async function publish(wallet: Wallet, { quantity, limit, start, end }: Wish): Promise<Asked> {
  const wish = {
    ...{
      agent: wallet.address,
      side: 'buy',
      capability: 'energy.supply',
      quantity,
      price: limit / 2n,
      lot: LOT,
    },
    ...{ start, end },
  } as const
  const { data } = await post<{ intent: Record<string, unknown> }>('/v1/intents/prepare', {
    ...wish,
    life: LIFE,
    replay: true,
  })
  const intent = intentFromJson(data.intent)
  for (const [name, value] of Object.entries(wish)) {
    if (intent[name as keyof Intent] !== value) throw changed(`intent.${name}`)
  }
  // An offer to it may bind for as long, and hold the payment.
  if (Number(intent.expiry) > Date.now() / 1_000 + LIFE + CLOCKS) throw changed('intent.expiry')
  const domain = meshDomain(await deployed())
  const signature = await wallet.signTypedData(intentTypedData(domain, intent))
  await post('/v1/intents', { intent, signature })
  return { intent, hash: hashIntent(domain, intent), limit }
}

/** Those of the offers shown that are what was asked for, signed by their sellers, the cheapest first. */
export async function checkOffers(shown: readonly OfferView[], asked: Asked): Promise<ShownOffer[]> {
  const deployment = await deployed()
  const good = shown.flatMap((offer) => {
    try {
      return [readOffer({ ...offer }, asked, deployment, asked.limit)]
    } catch {
      return []
    }
  })
  return good.toSorted((a, b) => Number(a.agreement.price - b.agreement.price))
}

/** Signs an offer that was checked, and the payment for it, which nobody can take for anything else. @throws ApiFault, WalletFault */
export async function accept(wallet: Wallet, { id, agreement, conditions }: ShownOffer): Promise<void> {
  const deployment = await deployed()
  const authorization = authorizationFor(agreement, id, deployment.contracts.treasury)
  const { data } = await post<{ authorization: { domain: Record<string, unknown> } }>(
    '/v1/agreements/prepare',
    {
      offer: id,
    },
  )
  const { domain } = data.authorization
  if (!isDomainOf(domain, agreement.token, deployment.chainId)) throw changed('authorization.domain')
  const paid = await wallet.signTypedData({ ...AUTHORIZATION_TYPES, domain, message: { ...authorization } })
  const signature = await wallet.signTypedData(
    agreementTypedData(escrowDomain(deployment), agreement, conditions),
  )
  const { validAfter, validBefore } = authorization
  await post('/v1/agreements', {
    offer: id,
    signature,
    funding: { kind: 'authorization', validAfter, validBefore, signature: paid },
  })
}

/** What the seller says that it delivered, to be signed by who received it; undefined until it has said so. */
export async function delivered({ id, agreement }: ShownOffer): Promise<Release | undefined> {
  try {
    const { data } = await get<{ release: { message: Record<string, unknown> } }>(
      `/v1/agreements/${id}/release`,
    )
    const release = releaseFromJson(data.release.message)
    if (release.agreement !== id || release.quantity > agreement.quantity) throw changed('release')
    return release
  } catch (error) {
    if (error instanceof ApiFault && error.status === 404) return undefined
    throw error
  }
}

/** Signs that so much was received: the seller is paid for it. @throws ApiFault, WalletFault */
export async function pay(wallet: Wallet, due: Release): Promise<void> {
  const signature = await wallet.signTypedData(releaseTypedData(escrowDomain(await deployed()), due))
  await post(`/v1/agreements/${due.agreement}/release`, { signature })
}

async function deployed() {
  return parseDeployment((await network()).deployment)
}

function changed(field: string): PurchaseFault {
  return new PurchaseFault(
    `The market would have something else signed than was asked for (${field}).`,
    'Nothing was signed. Do not trade at this address.',
  )
}
