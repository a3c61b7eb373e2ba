import { createWalletClient, custom, type EIP1193Provider, type TypedDataDefinition } from 'viem'
import { chainOf } from './chain.ts'
import { toWalletFault, WalletFault } from './fault.ts'
import { network } from './network.ts'
import { type Wallet, wallet } from './wallet.ts'

/** Code of EIP-3085 for a chain that the wallet does not know. */
const UNKNOWN_CHAIN = 4902

/**
 * A wallet by what it provides to pages (EIP-1193). When its owner changes the account there, the choice here ends.
 *
 * @throws WalletFault when it gives no account
 */
export async function injectedAccount(provider: EIP1193Provider): Promise<Wallet> {
  const client = createWalletClient({ transport: custom(provider) })
  const [address] = await faulted(client.requestAddresses())
  if (address === undefined) {
    throw new WalletFault('The wallet gives no account.', 'Unlock it and let this page see an account.')
  }
  const account: Wallet = {
    kind: 'injected',
    address,
    signTypedData: (typedData) =>
      faulted(client.signTypedData({ account: address, ...(typedData as TypedDataDefinition) })),
    sendTransaction: (transaction) =>
      faulted(
        (async () => {
          const chain = chainOf(await network())
          if ((await client.getChainId()) !== chain.id) await switchTo(client, chain)
          return client.sendTransaction({ account: address, chain, ...transaction })
        })(),
      ),
  }
  const end = (accounts: readonly string[]) => {
    if (accounts[0]?.toLowerCase() === address.toLowerCase()) return
    provider.removeListener?.('accountsChanged', end)
    if (wallet.peek() === account) wallet.value = undefined
  }
  provider.on?.('accountsChanged', end)
  return account
}

async function switchTo(
  client: ReturnType<typeof createWalletClient>,
  chain: ReturnType<typeof chainOf>,
): Promise<void> {
  try {
    await client.switchChain(chain)
  } catch (error) {
    if ((error as { code?: number }).code !== UNKNOWN_CHAIN) throw error
    await client.addChain({ chain })
    await client.switchChain(chain)
  }
}

async function faulted<T>(promise: Promise<T>): Promise<T> {
  try {
    return await promise
  } catch (error) {
    throw toWalletFault(error)
  }
}
