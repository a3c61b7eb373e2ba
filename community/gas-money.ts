import { createPublicClient, createWalletClient, http } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { LOCAL_CHAIN_ID } from '../protocol/deployment.ts'
import { ChainError, ConfigError } from '../protocol/errors.ts'
import type { Address } from '../protocol/types.ts'
import { DEVELOPMENT_KEY } from './development-account.ts'

/** What every address gets, as a part of what the development account has. */
const SHARE = 1_000n
/** How long one call to the chain may take, in milliseconds. */
const CALL_TIMEOUT = 30_000

/** Gives gas money to addresses that have none. */
export type GasStation = (addresses: readonly Address[]) => Promise<void>

/**
 * A gas station that spends the development account's money, one call after the other so that nonces do not clash.
 *
 * @throws ChainError `CHAIN_UNREACHABLE`; ConfigError `CHAIN_NOT_LOCAL` when the chain has another id than 31337:
 *   elsewhere that account is empty. The gas station itself throws ChainError `FUNDING_FAILED`.
 */
export async function openGasStation(rpcUrl: string): Promise<GasStation> {
  const transport = http(rpcUrl, { timeout: CALL_TIMEOUT, retryCount: 2 })
  const account = privateKeyToAccount(DEVELOPMENT_KEY)
  const client = createPublicClient({ transport, cacheTime: 0, pollingInterval: 50 })
  const wallet = createWalletClient({ transport, account })
  const chainId = await client.getChainId().catch((cause: unknown) => {
    throw new ChainError('CHAIN_UNREACHABLE', 'The chain does not answer.', {
      field: '--rpc-url',
      received: new URL(rpcUrl).origin,
      remedy: 'Start it, or leave the option out, to have one started.',
      cause,
    })
  })
  if (chainId !== LOCAL_CHAIN_ID) {
    throw new ConfigError('CHAIN_NOT_LOCAL', 'Homes get their gas money on a development chain alone.', {
      field: '--rpc-url',
      expected: `chain id ${LOCAL_CHAIN_ID}`,
      received: `chain id ${chainId}`,
      remedy: 'Give the URL of a local development chain, or none, to have one started.',
    })
  }

  async function fund(addresses: readonly Address[]): Promise<void> {
    const amount = (await client.getBalance({ address: account.address })) / SHARE
    let nonce = await client.getTransactionCount({ address: account.address, blockTag: 'pending' })
    for (const to of addresses) {
      if ((await client.getBalance({ address: to })) >= amount / 2n) continue
      const hash = await wallet.sendTransaction({ chain: null, to, value: amount, nonce: nonce++ })
      await client.waitForTransactionReceipt({ hash, timeout: CALL_TIMEOUT })
    }
  }

  let tail: Promise<void> = Promise.resolve()
  return (addresses) => {
    const funding = tail
      .then(() => fund(addresses))
      .catch((cause: unknown) => {
        throw new ChainError('FUNDING_FAILED', 'An account could not be given gas money.', {
          received: cause instanceof Error ? cause.message : cause,
          remedy: 'Check that the chain runs and that its development account has money.',
          cause,
        })
      })
    tail = funding.catch(() => undefined)
    return funding
  }
}
