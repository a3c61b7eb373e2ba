import { createPublicClient, createWalletClient, http } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import type { Address } from '../agent/index.ts'
import type { GasStation } from '../community/gas-money.ts'
import { testDollarAbi } from '../protocol/abis/index.ts'
import { ChainError } from '../protocol/errors.ts'

/** How long one call to the chain may take, in milliseconds. */
const CALL_TIMEOUT = 30_000
/** How often it is tried to give somebody money. */
const ATTEMPTS = 3

/** Has an address own so many test dollars, in minor units. @throws ChainError `FUNDING_FAILED` */
export type Bank = (to: Address, amount: bigint) => Promise<void>

/**
 * A bank that mints test dollars from an account of its own, one transaction after the other so that nonces do not clash.
 *
 * @throws what the gas station throws
 */
export async function openBank(rpcUrl: string, testDollar: Address, giveGasMoney: GasStation): Promise<Bank> {
  const transport = http(rpcUrl, { timeout: CALL_TIMEOUT })
  const account = privateKeyToAccount(generatePrivateKey())
  const client = createPublicClient({ transport, cacheTime: 0, pollingInterval: 50 })
  const wallet = createWalletClient({ transport, account })
  const token = { address: testDollar, abi: testDollarAbi } as const
  await giveGasMoney([account.address])

  async function fund(to: Address, amount: bigint): Promise<void> {
    // A transaction whose answer was lost may have been mined.
    const owned = await client.readContract({ ...token, functionName: 'balanceOf', args: [to] })
    if (owned >= amount) return
    const nonce = await client.getTransactionCount({ address: account.address, blockTag: 'pending' })
    const call = { ...token, functionName: 'mint', args: [to, amount - owned] } as const
    const hash = await wallet.writeContract({ ...call, chain: null, nonce })
    const { status } = await client.waitForTransactionReceipt({ hash, timeout: CALL_TIMEOUT })
    if (status === 'reverted') throw new Error(`the transaction ${hash} was reverted`)
  }

  async function insist(to: Address, amount: bigint): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        await fund(to, amount)
        return
      } catch (cause) {
        if (attempt === ATTEMPTS) throw fundingFailed(cause)
      }
    }
  }

  let tail: Promise<unknown> = Promise.resolve()
  return (to, amount) => {
    const funding = tail.then(() => insist(to, amount))
    tail = funding.catch(() => undefined)
    return funding
  }
}

function fundingFailed(cause: unknown): ChainError {
  return new ChainError('FUNDING_FAILED', 'An account could not be given test dollars.', {
    received: cause instanceof Error ? cause.message : cause,
    remedy: 'Check that the chain runs, and that its machine has not more to do than it can; then try again.',
    cause,
  })
}
