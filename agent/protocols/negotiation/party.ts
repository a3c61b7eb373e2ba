import type { PeerId } from '@libp2p/interface'
import { peerIdFromString } from '@libp2p/peer-id'
import { authorizationFor } from '../../../protocol/authorization.ts'
import type { Deployment } from '../../../protocol/deployment.ts'
import type { Address, Agreement, Funding, Hex } from '../../../protocol/types.ts'
import { authorizationDigest } from '../../chain/actions/token.ts'
import type { Bindings } from '../../chain/bindings.ts'
import type { ChainClient } from '../../chain/client.ts'
import { carrierOf } from '../../network/carrier.ts'
import { addressOfPeer, type Identity } from '../../network/identity.ts'
import type { Deal } from '../../policy/deal.ts'
import type { Payer } from './offers.ts'

/**
 * How a buyer pays: from its prefunded balance; straight from its wallet by an EIP-3009 authorization; or from the
 * prefunded balance of its agent's owner, within the mandate that the owner gave.
 */
export type PaymentMethod = (typeof PAYMENT_METHODS)[number]

export const PAYMENT_METHODS = ['balance', 'authorization', 'mandate'] as const

/** Who pays for a buyer, and the key epoch that the agreement has to name. */
export async function payerFor(method: PaymentMethod, bindings: Bindings, buyer: Address): Promise<Payer> {
  if (method !== 'mandate') return { payer: buyer, buyerEpoch: 0n }
  const { agentId, owner, epoch } = await bindings.of(buyer)
  return agentId === 0n || owner === buyer
    ? { payer: buyer, buyerEpoch: 0n }
    : { payer: owner, buyerEpoch: epoch }
}

/**
 * Signs the funding of an agreement for its buyer.
 *
 * @param id the agreement's id; it is the authorization's nonce, so the money can go nowhere else
 */
export async function signFunding(
  method: PaymentMethod,
  components: { identity: Identity; chain: ChainClient; deployment: Deployment },
  agreement: Agreement,
  id: Hex,
): Promise<Funding> {
  if (method !== 'authorization') return { kind: 'balance' }
  const { identity, chain, deployment } = components
  const authorization = authorizationFor(agreement, id, deployment.contracts.treasury)
  const { validAfter, validBefore } = authorization
  const digest = await authorizationDigest(chain.client, agreement.token, authorization)
  return { kind: 'authorization', validAfter, validBefore, signature: identity.sign(digest) }
}

/**
 * Whose offer comes over a stream: the peer's own, or where the offer names the peer as carrier, a guest's.
 *
 * @param endpoints those that came with the offer
 * @param claimed whom the offer names; whether it signed is checked elsewhere
 */
export function proposerOf(peer: PeerId, endpoints: readonly string[], claimed: Address): Address {
  return carrierOf(endpoints)?.equals(peer) ? claimed : addressOfPeer(peer)
}

/** The other side of a role. */
export function otherSide(role: 'buyer' | 'seller'): 'buyer' | 'seller' {
  return role === 'buyer' ? 'seller' : 'buyer'
}

/** Peer id of the other side of a deal. */
export function peerOf({ peer }: Pick<Deal, 'peer'>): PeerId {
  return peerIdFromString(peer)
}
