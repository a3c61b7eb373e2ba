import { createPublicClient, http } from 'viem'
import { generatePrivateKey, type PrivateKeyAccount, privateKeyToAccount } from 'viem/accounts'
import { authorizationFor, authorizationTypedData, mint } from '../../../agent/chain/actions/token.ts'
import type { Funding, Hex, Intent, Offer, Release } from '../../../agent/index.ts'
import { escrowDomain, meshDomain, parseDeployment } from '../../../protocol/deployment.ts'
import {
  agreementTypedData,
  intentTypedData,
  releaseTypedData,
  type TypedData,
} from '../../../protocol/typed-data.ts'
import type { TestMarket } from './market.ts'

/** A key with test dollars and no gas money, that signs typed data as a wallet does and is connected to nothing. */
export interface Guest {
  readonly account: PrivateKeyAccount
  signIntent(intent: Intent): Promise<Hex>
  accept(id: Hex, offer: Offer): Promise<{ signature: Hex; funding: Funding }>
  signRelease(release: Release): Promise<Hex>
}

export async function newGuest(market: TestMarket, dollars = 10_000_000n): Promise<Guest> {
  const { rpcUrl, deployment: described } = market.descriptor()
  const deployment = parseDeployment(described)
  const client = createPublicClient({ transport: http(rpcUrl) })
  const account = privateKeyToAccount(generatePrivateKey())
  const sign = (data: TypedData) =>
    account.signTypedData(data as unknown as Parameters<typeof account.signTypedData>[0])
  if (dollars > 0n) await market.send(mint(deployment.contracts.testDollar, account.address, dollars))
  return {
    account,
    signIntent: (intent) => sign(intentTypedData(meshDomain(deployment), intent)),
    async accept(id, { agreement, conditions }) {
      const authorization = authorizationFor(agreement, id, deployment.contracts.treasury)
      const { validAfter, validBefore } = authorization
      const typed = await authorizationTypedData(client, agreement.token, authorization)
      return {
        signature: await sign(agreementTypedData(escrowDomain(deployment), agreement, conditions)),
        funding: {
          kind: 'authorization',
          validAfter,
          validBefore,
          signature: await account.signTypedData(typed),
        },
      }
    },
    signRelease: (release) => sign(releaseTypedData(escrowDomain(deployment), release)),
  }
}
