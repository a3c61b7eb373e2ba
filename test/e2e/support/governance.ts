import {
  type ContractFunctionArgs,
  createPublicClient,
  createTestClient,
  createWalletClient,
  encodeFunctionData,
  http,
} from 'viem'
import { meshDirectoryAbi } from '../../../protocol/abis/index.ts'
import type { Deployment } from '../../../protocol/deployment.ts'

type Rule =
  | 'setAdmission'
  | 'setQuota'
  | 'setSpamRules'
  | 'registerContract'
  | 'registerProtocol'
  | 'setProtocolSunset'
  | 'setContractSunset'
  | 'ban'
  | 'acquit'

/** Sets a rule as a vote would: by a call of the timelock to the directory. */
export type Govern = <R extends Rule>(
  rule: R,
  args: ContractFunctionArgs<typeof meshDirectoryAbi, 'nonpayable', R>,
) => Promise<void>

/** What votes decide, without the days that a vote takes: on a local chain one can speak for the timelock. */
export function governance(rpcUrl: string, { contracts }: Deployment): Govern {
  const { meshDirectory, timelock } = contracts
  if (timelock === undefined) throw new Error('the deployment has no timelock')
  const transport = http(rpcUrl)
  const test = createTestClient({ mode: 'hardhat', transport })
  const wallet = createWalletClient({ account: timelock, transport })
  const client = createPublicClient({ transport, pollingInterval: 50 })
  return async (functionName, args) => {
    await test.impersonateAccount({ address: timelock })
    await test.setBalance({ address: timelock, value: 10n ** 18n })
    // The union of all rules' arguments is more than the compiler follows.
    const data = encodeFunctionData({ abi: meshDirectoryAbi, functionName, args } as never)
    const hash = await wallet.sendTransaction({ to: meshDirectory, data, chain: null })
    const { status } = await client.waitForTransactionReceipt({ hash })
    if (status !== 'success') throw new Error(`${functionName} was reverted`)
  }
}
