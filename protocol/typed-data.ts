import { plainAttribute } from './capability.ts'
import { type Domain, structs } from './eip712.ts'
import type { Member } from './encode-struct.ts'
import { plain } from './json.ts'
import type {
  Agreement,
  Conditions,
  Delivery,
  Evidence,
  Intent,
  Release,
  WebhookRequest,
  Withdrawal,
} from './types.ts'

/**
 * What a wallet is asked to sign by `eth_signTypedData_v4` (EIP-712): JSON in which integers are decimal strings, so that none
 * is rounded on its way.
 */
export interface TypedData {
  domain: Readonly<Record<string, unknown>>
  types: Readonly<Record<string, readonly Member[]>>
  primaryType: string
  message: Readonly<Record<string, unknown>>
}

const DOMAIN_MEMBERS = [
  { name: 'name', type: 'string' },
  { name: 'version', type: 'string' },
  { name: 'chainId', type: 'uint256' },
  { name: 'verifyingContract', type: 'address' },
  { name: 'salt', type: 'bytes32' },
]

/** What the maker of an intent signs; see `hashIntent`. @example await account.signTypedData(intentTypedData(domain, intent)) */
export function intentTypedData(domain: Domain, intent: Intent): TypedData {
  const side = intent.side === 'buy' ? 0 : 1
  const attributes = intent.attributes.map((attribute) => ({ ...plainAttribute(attribute) }))
  return typedData('Intent', domain, { ...intent, side, attributes })
}

/** What both sides of an agreement sign, with its conditions for the wallet to show; see `hashAgreement`. */
export function agreementTypedData(domain: Domain, agreement: Agreement, conditions: Conditions): TypedData {
  return typedData('Agreement', domain, { ...agreement, conditions: { ...conditions } })
}

/** What a buyer signs that received what it pays for; see `hashRelease`. */
export function releaseTypedData(domain: Domain, release: Release): TypedData {
  return typedData('Release', domain, { ...release })
}

/** What the owner of webhooks signs; see `hashWebhookRequest`. */
export function webhookRequestTypedData(domain: Domain, request: WebhookRequest): TypedData {
  return typedData('WebhookRequest', domain, { ...request })
}

/** What a seller signs over its delivery; see `hashDelivery`. */
export function deliveryTypedData(domain: Domain, delivery: Delivery): TypedData {
  return typedData('Delivery', domain, { ...delivery })
}

/** What a seller signs to have somebody else report its delivery on chain; see `hashEvidence`. */
export function evidenceTypedData(domain: Domain, evidence: Evidence): TypedData {
  return typedData('Evidence', domain, { ...evidence })
}

/** What a guest signs to take back an intent or an offer; see `hashWithdrawal`. */
export function withdrawalTypedData(domain: Domain, withdrawal: Withdrawal): TypedData {
  return typedData('Withdrawal', domain, { ...withdrawal })
}

function typedData(
  primaryType: keyof typeof structs,
  domain: Domain,
  message: Record<string, unknown>,
): TypedData {
  const { fields, nested } = structs[primaryType]
  const types = Object.fromEntries(nested.map((type) => [type.name, type.fields]))
  return {
    // The one integer that wallets want as a number.
    domain: { ...domain, chainId: Number(domain.chainId) },
    types: { EIP712Domain: DOMAIN_MEMBERS, [primaryType]: fields, ...types },
    primaryType,
    message: plain(message),
  }
}
