import type { PaymentPayload, PaymentRequired } from '@x402/core/types'
import { ExactEvmScheme } from '@x402/evm/exact/client'
import { wrapFetchWithPayment, x402Client } from '@x402/fetch'
import { generatePrivateKey, type PrivateKeyAccount, privateKeyToAccount } from 'viem/accounts'
import type { Deployment } from '../../../agent/index.ts'

/** A stranger with a wallet and nothing else, by the stock client of x402. */
export interface Payer {
  account: PrivateKeyAccount
  /** As `fetch`; pays what is asked. */
  fetch(url: string, init?: RequestInit): Promise<Response>
  /** What it would send for what is asked. */
  pay(required: PaymentRequired): Promise<PaymentPayload>
}

/** @param deployment of the market, whose token the client is told to pay in: of itself it pays in well-known ones */
export function stranger({ chainId, contracts }: Deployment): Payer {
  const account = privateKeyToAccount(generatePrivateKey())
  const network = `eip155:${chainId}` as const
  const client = x402Client.fromConfig({
    schemes: [{ network, client: new ExactEvmScheme(account) }],
    spendControls: { allowedAssets: [{ network, asset: contracts.testDollar }] },
  })
  return {
    account,
    fetch: wrapFetchWithPayment(fetch, client) as Payer['fetch'],
    pay: (required) => client.createPaymentPayload(required),
  }
}
