/**
 * Deploys the contracts:
 *
 *     npm run deploy                                           # to a local chain on 127.0.0.1:8545
 *     MESH_RPC_URL=… MESH_DEPLOYER_KEY=… npm run deploy        # to any other chain
 *
 * and writes their addresses to `protocol/deployments/<chainId>.json`. When the contracts of that file stand
 * already it sends nothing, so that it can be run twice.
 */
import { randomBytes } from 'node:crypto'
import {
  type Account,
  BaseError,
  createPublicClient,
  createWalletClient,
  encodeDeployData,
  getContractAddress,
  http,
  type PublicClient,
} from 'viem'
import {
  identityRegistryAbi,
  intentEscrowAbi,
  ledgerAbi,
  stakeVaultAbi,
  testDollarAbi,
} from '../protocol/abis/index.ts'
import type { Deployment } from '../protocol/deployment.ts'
import { ChainError } from '../protocol/errors.ts'
import type { Hex } from '../protocol/types.ts'
import { readArtifact } from './deploy/artifact.ts'
import { main } from './deploy/main.ts'
import { FEE_BPS, LEDGER_WITHDRAWAL_DELAY, STAKE_WITHDRAWAL_DELAY } from './deploy/parameters.ts'
import { findFault, SOURCES } from './deploy/verify.ts'

/** How long one call to the chain may take, in milliseconds. */
const CALL_TIMEOUT = 15_000
/** How long a transaction may take until it is in a block, in milliseconds; a testnet's block takes 12 s. */
const RECEIPT_TIMEOUT = 180_000

export interface DeployOptions {
  rpcUrl: string
  /** Pays for the deployment and receives the protocol fees. */
  account: Account
  /** An earlier deployment, which is kept when its contracts stand on this chain. */
  earlier?: Deployment | undefined
  signal?: AbortSignal | undefined
  /** Told of each step, in words for people. */
  onStep?: ((step: string) => void) | undefined
}

type Name = keyof Deployment['contracts']

/**
 * Deploys the contracts of one market, each with the addresses of those before it. The ledger's only module is the
 * escrow, whose address follows from the account and its nonce before it exists. Afterwards code and wiring are
 * read back from the chain.
 *
 * @throws ChainError `CHAIN_UNREACHABLE`, `DEPLOYMENT_FAILED` when a transaction does not go through, or
 *   `DEPLOYMENT_WRONG` when the chain does not show what was deployed.
 * @throws ConfigError `CONTRACT_NOT_COMPILED`.
 *
 * @example
 * ```ts
 * const { contracts } = await deploy({ rpcUrl: 'http://127.0.0.1:8545', account: privateKeyToAccount(key) })
 * ```
 */
export async function deploy({
  rpcUrl,
  account,
  earlier,
  signal,
  onStep,
}: DeployOptions): Promise<Deployment> {
  const transport = http(rpcUrl, { timeout: CALL_TIMEOUT, retryCount: 2 })
  const client: PublicClient = createPublicClient({ transport, cacheTime: 0, pollingInterval: 100 })
  const { chainId, genesisHash } = await identify(client)
  if (earlier !== undefined) {
    const fault = await findFault(client, earlier)
    onStep?.(
      fault === undefined ? 'The contracts stand already: nothing was sent.' : `Deploying anew: ${fault}.`,
    )
    if (fault === undefined) return earlier
  }
  const wallet = createWalletClient({ transport, account, pollingInterval: 100 })
  const firstNonce = await client.getTransactionCount({ address: account.address, blockTag: 'pending' })
  const addressAt = (step: number) =>
    getContractAddress({ from: account.address, nonce: BigInt(firstNonce + step) })
  const order: Name[] = ['testDollar', 'identityRegistry', 'stakeVault', 'ledger', 'intentEscrow']
  const contracts = Object.fromEntries(
    order.map((name, step) => [name, addressAt(step)]),
  ) as Deployment['contracts']
  const salt: Hex = `0x${randomBytes(32).toString('hex')}`
  const code = (name: Name) => readArtifact(SOURCES[name]).bytecode
  const data: Record<Name, Hex> = {
    testDollar: encodeDeployData({ abi: testDollarAbi, bytecode: code('testDollar') }),
    identityRegistry: encodeDeployData({ abi: identityRegistryAbi, bytecode: code('identityRegistry') }),
    stakeVault: encodeDeployData({
      abi: stakeVaultAbi,
      bytecode: code('stakeVault'),
      args: [contracts.testDollar, contracts.identityRegistry, STAKE_WITHDRAWAL_DELAY],
    }),
    ledger: encodeDeployData({
      abi: ledgerAbi,
      bytecode: code('ledger'),
      args: [[contracts.intentEscrow], LEDGER_WITHDRAWAL_DELAY],
    }),
    intentEscrow: encodeDeployData({
      abi: intentEscrowAbi,
      bytecode: code('intentEscrow'),
      args: [
        contracts.ledger,
        contracts.stakeVault,
        contracts.identityRegistry,
        account.address,
        FEE_BPS,
        salt,
      ],
    }),
  }
  let fromBlock = 0
  for (const [step, name] of order.entries()) {
    signal?.throwIfAborted()
    try {
      const hash = await wallet.sendTransaction({ chain: null, data: data[name], nonce: firstNonce + step })
      const receipt = await client.waitForTransactionReceipt({ hash, timeout: RECEIPT_TIMEOUT })
      if (receipt.status !== 'success') throw new Error(`transaction ${hash} was reverted`)
      if (step === 0) fromBlock = Number(receipt.blockNumber)
    } catch (cause) {
      throw failed(name, cause)
    }
    onStep?.(`${SOURCES[name]} at ${contracts[name]}`)
  }
  const deployment = { chainId, genesisHash, salt, fromBlock, contracts }
  const fault = await findFault(client, deployment)
  if (fault === undefined) return deployment
  throw new ChainError('DEPLOYMENT_WRONG', 'The chain does not show what was deployed.', {
    received: fault,
    remedy: 'Check that nothing else sends from the deploying account, then deploy again.',
  })
}

async function identify(client: PublicClient): Promise<Pick<Deployment, 'chainId' | 'genesisHash'>> {
  try {
    const [chainId, genesis] = await Promise.all([client.getChainId(), client.getBlock({ blockNumber: 0n })])
    return { chainId, genesisHash: genesis.hash }
  } catch (cause) {
    throw new ChainError('CHAIN_UNREACHABLE', 'The chain does not answer.', {
      field: 'rpcUrl',
      received: reason(cause),
      remedy: 'Start it, or set MESH_RPC_URL to the URL of one that runs.',
      cause,
    })
  }
}

function failed(name: Name, cause: unknown): ChainError {
  return new ChainError('DEPLOYMENT_FAILED', 'A contract could not be deployed.', {
    field: SOURCES[name],
    received: reason(cause),
    remedy: 'Check that the deploying account has gas money, then deploy again.',
    cause,
  })
}

/** The cause without the URL of the request, which may hold the key of an RPC provider. */
function reason(cause: unknown): string {
  if (cause instanceof BaseError) return cause.details || cause.shortMessage
  return cause instanceof Error ? cause.message : String(cause)
}

if (import.meta.main) await main(deploy)
