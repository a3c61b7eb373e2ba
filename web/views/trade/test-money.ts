import { encodeFunctionData } from 'viem'
import { testDollarAbi } from '../../../protocol/abis/index.ts'
import { LOCAL_CHAIN_ID } from '../../../protocol/deployment.ts'
import { chainClient } from '../../wallet/chain.ts'
import { network } from '../../wallet/network.ts'
import { ensureTestGas } from '../../wallet/test-gas.ts'
import type { Wallet } from '../../wallet/wallet.ts'

/** Whether test dollars are to be had for the asking: on a development chain that the page may speak to. */
export async function givesTestMoney(): Promise<boolean> {
  const { deployment, rpcUrl } = await network()
  return deployment.chainId === LOCAL_CHAIN_ID && rpcUrl !== undefined
}

/** Test dollars in the wallet, in minor units. @throws WalletFault where the page is not told of the chain */
export async function balanceOf({ address }: Wallet): Promise<bigint> {
  const { deployment } = await network()
  const client = await chainClient()
  return client.readContract({
    address: deployment.contracts.testDollar,
    abi: testDollarAbi,
    functionName: 'balanceOf',
    args: [address],
  })
}

/** Mints test dollars to the wallet, which are worth nothing, and waits for the block. @param amount minor units */
export async function mintTestDollars(wallet: Wallet, amount: bigint): Promise<void> {
  const { deployment } = await network()
  const client = await chainClient()
  await ensureTestGas(wallet.address)
  const hash = await wallet.sendTransaction({
    to: deployment.contracts.testDollar,
    data: encodeFunctionData({ abi: testDollarAbi, functionName: 'mint', args: [wallet.address, amount] }),
  })
  await client.waitForTransactionReceipt({ hash, timeout: 60_000 })
}
