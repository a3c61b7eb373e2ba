import { mkdtemp, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createPublicClient, http } from 'viem'
import { generatePrivateKey, type PrivateKeyAccount, privateKeyToAccount } from 'viem/accounts'
import { authorizationTypedData, mint } from '../../../agent/chain/actions/token.ts'
import type { Delivery, Funding, Hex, Intent, Offer, Release } from '../../../agent/index.ts'
import { keyPath } from '../../../agent/policy/key-file.ts'
import type { Statement } from '../../../agent/protocols/guests/index.ts'
import { authorizationFor } from '../../../protocol/authorization.ts'
import { escrowDomain, meshDomain, parseDeployment } from '../../../protocol/deployment.ts'
import {
  agreementTypedData,
  deliveryTypedData,
  evidenceTypedData,
  intentTypedData,
  releaseTypedData,
  type TypedData,
  withdrawalTypedData,
} from '../../../protocol/typed-data.ts'
import type { Evidence } from '../../../protocol/types.ts'
import type { TestMarket } from './market.ts'

/** A key with test dollars and no gas money, that signs typed data as a wallet does and is connected to nothing. */
export interface Guest {
  readonly account: PrivateKeyAccount
  signIntent(intent: Intent): Promise<Hex>
  accept(id: Hex, offer: Offer): Promise<{ signature: Hex; funding: Funding }>
  signRelease(release: Release): Promise<Hex>
  /** @param draft what it sells */
  signOffer(draft: Pick<Offer, 'agreement' | 'conditions'>): Promise<Hex>
  signStatement(said: { delivery: Delivery; report: Evidence }): Promise<Statement>
  /** @param subject hash of an intent, or id of an offer */
  signWithdrawal(subject: Hex): Promise<Hex>
}

/** A guest with a registered agent and a stake, whose node has left: it can sell. */
export async function newSellingGuest(market: TestMarket): Promise<Guest> {
  const directory = await mkdtemp(join(market.directory, 'seller-'))
  const node = await market.join({ directory })
  await node.disconnect()
  const key = `0x${(await readFile(keyPath(directory), 'utf8')).trim()}` as Hex
  return newGuest(market, 0n, privateKeyToAccount(key))
}

export async function newGuest(
  market: TestMarket,
  dollars = 10_000_000n,
  account = privateKeyToAccount(generatePrivateKey()),
): Promise<Guest> {
  const { rpcUrl, deployment: described } = market.descriptor()
  const deployment = parseDeployment(described)
  const client = createPublicClient({ transport: http(rpcUrl) })
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
    signOffer: ({ agreement, conditions }) =>
      sign(agreementTypedData(escrowDomain(deployment), agreement, conditions)),
    async signStatement({ delivery, report }) {
      const signature = await sign(deliveryTypedData(meshDomain(deployment), delivery))
      return {
        delivery: { value: delivery, signature },
        report: await sign(evidenceTypedData(escrowDomain(deployment), report)),
      }
    },
    signWithdrawal: (subject) => sign(withdrawalTypedData(meshDomain(deployment), { subject })),
  }
}
