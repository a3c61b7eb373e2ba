import { type Domain, hashIntent } from '../../../protocol/eip712.ts'
import type { Intent } from '../../../protocol/types.ts'
import type { Identity } from '../../network/identity.ts'
import type { ReceivedIntent } from '../intent-discovery/index.ts'
import { QUOTE_LIFE } from './constants.ts'
import type { Service } from './service.ts'

export interface QuoteComponents {
  identity: Identity
  /** EIP-712 domain of what stays off-chain. */
  domain: Domain
  /** Nonces of intents. */
  nextNonce: () => bigint
}

/**
 * Signs what so many requests cost: an intent to sell them, of which one is a lot.
 *
 * The delivery interval is over when it is made, so that a buyer cannot cancel what it may have had answers for.
 *
 * @param now Unix seconds, as the chain counts them where the service is paid
 */
export function signQuote(
  { identity, domain, nextNonce }: QuoteComponents,
  { capability, price }: Service,
  requests: bigint,
  now: bigint,
): ReceivedIntent {
  const value: Intent = {
    agent: identity.address,
    side: 'sell',
    capability,
    area: '',
    quantity: requests,
    price,
    lot: 1n,
    start: now - 2n,
    end: now - 1n,
    expiry: now + QUOTE_LIFE,
    nonce: nextNonce(),
    endpoints: [],
    attributes: [],
  }
  const hash = hashIntent(domain, value)
  return { value, hash, signature: identity.sign(hash), peerId: identity.peerId }
}
