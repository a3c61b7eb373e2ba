import { type Deployment, escrowDomain } from '../../../protocol/deployment.ts'
import { hashAgreement } from '../../../protocol/eip712.ts'
import { addressOfPublicKey, recoverPublicKey } from '../../../protocol/signature.ts'
import type { Address, Agreement, Hex } from '../../../protocol/types.ts'
import type { AgreementView } from '../../api/views.ts'
import { shortHex } from '../../format/names.ts'
import type { Check } from './checks.ts'
import { type Opening, openingsIn } from './openings.ts'

/** What is asked of the chain; each may throw when it does not answer. */
export interface ChainReader {
  /** A transaction and the logs that it left; undefined when the chain knows none of this hash. */
  transaction(
    hash: Hex,
  ): Promise<
    | { to: Address | null; input: Hex; logs: readonly { address: Address; topics: readonly Hex[] }[] }
    | undefined
  >
  /** Whether a contract at the address calls the signature its own (ERC-1271); undefined where there is no contract. */
  contractConfirms(account: Address, digest: Hex, signature: Hex): Promise<boolean | undefined>
}

/** What the index says of an agreement, and the chain's calldata has to say too. */
const SHOWN = [
  'buyer',
  'seller',
  'payout',
  'token',
  'intentHash',
  'termsHash',
  'quantity',
  'price',
  'lot',
] as const

/**
 * Checks an agreement against what its two sides signed, trusting neither the index nor the chain's node: that its terms have
 * its id (EIP-712) and that both keys signed that id is computed here. That the chain took it, the node says.
 *
 * @throws nothing: what cannot be checked is told so
 */
export async function verifyAgreement(
  view: AgreementView,
  deployment: Deployment,
  chain: ChainReader,
): Promise<Check[]> {
  const source = 'Opening transaction'
  const hash = (view.openedTx ?? view.endedTx) as Hex | null
  if (hash === null) {
    return [unknown(source, 'It was never opened, so no signatures are on chain.')]
  }
  let found: Awaited<ReturnType<ChainReader['transaction']>>
  try {
    found = await chain.transaction(hash)
  } catch {
    return [unknown(source, 'The chain’s node does not answer, so nothing can be checked here.')]
  }
  if (found === undefined) {
    return [unknown(source, `The chain’s node knows no transaction ${shortHex(hash)}.`)]
  }
  const { intentEscrow } = deployment.contracts
  if (!isSame(found.to, intentEscrow)) {
    const detail = 'It went through another contract, whose calls carry the signatures in ways unknown here.'
    return [unknown(source, detail)]
  }
  const openings = openingsIn(found.input)
  const domain = escrowDomain(deployment)
  const opening = openings.find(({ agreement }) => hashAgreement(domain, agreement) === view.id)
  const batched = openings.length > 1 ? `, one of ${openings.length} in a batch` : ''
  const checks = [
    ok(source, `Read from the chain: ${shortHex(hash)} to the escrow${batched}.`),
    opening === undefined
      ? failed(
          'Terms',
          mismatch(
            view,
            openings.map(({ agreement }) => hashAgreement(domain, agreement)),
          ),
        )
      : ok('Terms', `The EIP-712 hash of the terms in it is the agreement’s id, ${shortHex(view.id)}.`),
  ]
  if (opening === undefined) {
    const detail = 'Nothing in the transaction carries a signature under this id.'
    return [...checks, failed('Buyer’s signature', detail), failed('Seller’s signature', detail)]
  }
  const accepted = found.logs.some(
    ({ address, topics }) => isSame(address, intentEscrow) && topics[1] === view.id,
  )
  return [
    ...checks,
    await signatureCheck('buyer', opening, view, chain),
    await signatureCheck('seller', opening, view, chain),
    shownCheck(view, opening.agreement),
    accepted
      ? ok('Accepted by the chain', 'The escrow logged it under this id in the same transaction.')
      : failed('Accepted by the chain', 'The transaction left no log of the escrow with this id.'),
  ]
}

async function signatureCheck(
  side: 'buyer' | 'seller',
  { signatures, agreement }: Opening,
  view: AgreementView,
  chain: ChainReader,
): Promise<Check> {
  const name = side === 'buyer' ? 'Buyer’s signature' : 'Seller’s signature'
  const signer = agreement[side]
  const signature = signatures[side]
  const id = view.id as Hex
  const recovered = recoveredFrom(id, signature)
  if (isSame(recovered, signer)) return ok(name, `The key of ${shortHex(signer)} signed this id.`)
  try {
    const confirms = await chain.contractConfirms(signer, id, signature)
    if (confirms) return ok(name, `The contract at ${shortHex(signer)} calls it its own (ERC-1271).`)
    if (confirms === false) {
      const detail = `${shortHex(signer)} is a contract, which does not confirm it now; it may have when it was opened.`
      return unknown(name, detail)
    }
  } catch {
    return unknown(
      name,
      `No key of ${shortHex(signer)} signed; whether it is a contract, the node does not say.`,
    )
  }
  const whose = recovered === undefined ? 'is no signature' : `is of ${shortHex(recovered)}`
  return failed(name, `It ${whose}, not of ${shortHex(signer)}.`)
}

/** Whether the index shows what was signed. */
function shownCheck(view: AgreementView, agreement: Agreement): Check {
  const name = 'What this page shows'
  const wrong = SHOWN.filter((member) => {
    const shown = view[member]
    return shown !== null && !isSame(shown, String(agreement[member]))
  })
  if (wrong.length === 0) return ok(name, 'Parties, quantity, price and token are as they were signed.')
  return failed(name, `Other than what was signed: ${wrong.join(', ')}.`)
}

function mismatch({ id }: AgreementView, others: readonly Hex[]): string {
  if (others.length === 0) return 'The transaction opens no agreement at all.'
  const ids = others.slice(0, 3).map(shortHex).join(', ')
  return `The transaction opens ${ids}, not ${shortHex(id)}: what it carries was changed, or is of another agreement.`
}

function recoveredFrom(digest: Hex, signature: Hex): Address | undefined {
  try {
    return addressOfPublicKey(recoverPublicKey(digest, signature))
  } catch {
    return undefined
  }
}

function isSame(a: string | null | undefined, b: string | null | undefined): boolean {
  return a != null && b != null && a.toLowerCase() === b.toLowerCase()
}

const ok = (name: string, detail: string): Check => ({ name, outcome: 'ok', detail })
const failed = (name: string, detail: string): Check => ({ name, outcome: 'failed', detail })
const unknown = (name: string, detail: string): Check => ({ name, outcome: 'unknown', detail })
