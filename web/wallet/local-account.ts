import { createWalletClient, http, type TypedDataDefinition } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import type { Hex } from '../../protocol/types.ts'
import { chainOf } from './chain.ts'
import { toWalletFault } from './fault.ts'
import { network, rpcUrlOf } from './network.ts'
import { ensureTestGas } from './test-gas.ts'
import type { Wallet } from './wallet.ts'

/** A wallet of a key that the page has itself. @throws when the key is none of secp256k1 */
export function localAccount(key: Hex): Wallet {
  const account = privateKeyToAccount(key)
  return {
    kind: 'burner',
    address: account.address,
    signTypedData: (typedData) => account.signTypedData(typedData as TypedDataDefinition),
    async sendTransaction(transaction) {
      try {
        const of = await network()
        await ensureTestGas(account.address)
        const client = createWalletClient({ account, chain: chainOf(of), transport: http(rpcUrlOf(of)) })
        return await client.sendTransaction(transaction)
      } catch (error) {
        throw toWalletFault(error)
      }
    },
  }
}
