/**
 * Deploys the contracts:
 *
 *     npm run deploy                                           # to a local chain on 127.0.0.1:8545
 *     MESH_RPC_URL=… MESH_DEPLOYER_KEY_FILE=… npm run deploy   # to any other chain
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
import { type Deployment, LOCAL_CHAIN_ID } from '../protocol/deployment.ts'
import { ChainError, messageOf } from '../protocol/errors.ts'
import type { Address, Hex } from '../protocol/types.ts'
import { readArtifact } from './deploy/artifact.ts'
import { CONTRACTS, type DeploymentPlan } from './deploy/contracts.ts'
import { main } from './deploy/main.ts'
import { findRoleFault, rolesOf } from './deploy/roles.ts'
import { findFault } from './deploy/verify.ts'

/** How long one call to the chain may take, in milliseconds. */
const CALL_TIMEOUT = 15_000
/** How long a transaction may take until it is in a block, in milliseconds; a testnet's block takes 12 s. */
const RECEIPT_TIMEOUT = 180_000
/** How often a chain is asked for a receipt, in milliseconds: a local one mines at once, others limit those who ask. */
const POLLING = { local: 100, other: 1_000 }
/** Blocks that the last transaction has to be deep on other chains than a local one, its own among them. */
const CONFIRMATIONS = 3

export interface DeployOptions {
  rpcUrl: string
  /** Pays for the deployment, and is the first holder of all votes. */
  account: Account
  /** An earlier deployment, which is kept when its contracts stand on this chain. */
  earlier?: Deployment | undefined
  /** Blocks that the last transaction has to be deep, its own among them; absent: 1 on a local chain, 3 on any other. */
  confirmations?: number | undefined
  signal?: AbortSignal | undefined
  /** Told of each step, in words for people. */
  onStep?: ((step: string) => void) | undefined
}

/**
 * Deploys the contracts of one market. Each may know the address of any other, also of one that comes after it:
 * addresses follow from the account and its nonces. Afterwards code, wiring and roles are read back from the chain.
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
  confirmations,
  signal,
  onStep,
}: DeployOptions): Promise<Deployment> {
  const transport = http(rpcUrl, { timeout: CALL_TIMEOUT, retryCount: 2 })
  const { chainId, genesisHash } = await identify(createPublicClient({ transport }))
  const isLocal = chainId === LOCAL_CHAIN_ID
  const pollingInterval = isLocal ? POLLING.local : POLLING.other
  const client: PublicClient = createPublicClient({ transport, cacheTime: 0, pollingInterval })
  if (earlier !== undefined) {
    const fault = await findFault(client, earlier)
    onStep?.(
      fault === undefined ? 'The contracts stand already: nothing was sent.' : `Deploying anew: ${fault}.`,
    )
    if (fault === undefined) return earlier
  }
  const wallet = createWalletClient({ transport, account })
  const firstNonce = await client.getTransactionCount({ address: account.address, blockTag: 'pending' })
  const salt: Hex = `0x${randomBytes(32).toString('hex')}`
  const addresses = addressesFrom(account.address, firstNonce)
  const { timestamp } = await client.getBlock()
  const plan = planFor(account.address, addresses, salt, timestamp)
  const transactions = [
    ...CONTRACTS.map(({ name, source, args }) => {
      const { abi, bytecode } = readArtifact(source)
      const data = encodeDeployData({ abi, bytecode, args: args(plan) })
      return { source, data, step: `${source} at ${plan.at(name)}` }
    }),
    ...rolesOf(plan).map((call) => ({ source: 'MeshTimelock.sol', ...call, step: undefined })),
  ]
  let fromBlock = 0
  let last: Hex | undefined
  for (const [index, { source, step, ...request }] of transactions.entries()) {
    signal?.throwIfAborted()
    try {
      const hash = await wallet.sendTransaction({ chain: null, ...request, nonce: firstNonce + index })
      const receipt = await client.waitForTransactionReceipt({ hash, timeout: RECEIPT_TIMEOUT })
      if (receipt.status !== 'success') throw new Error(`transaction ${hash} was reverted`)
      if (index === 0) fromBlock = Number(receipt.blockNumber)
      last = hash
    } catch (cause) {
      throw failed(source, cause)
    }
    if (step !== undefined) onStep?.(`${index + 1} of ${transactions.length}: ${step}`)
  }
  const depth = confirmations ?? (isLocal ? 1 : CONFIRMATIONS)
  if (last !== undefined && depth > 1) {
    onStep?.(`Waiting until the last transaction is ${depth} blocks deep`)
    await client
      .waitForTransactionReceipt({ hash: last, confirmations: depth, timeout: RECEIPT_TIMEOUT })
      .catch((cause: unknown) => {
        throw failed('MeshTimelock.sol', cause)
      })
  }
  const deployment = { chainId, genesisHash, salt, fromBlock, contracts: addresses }
  const fault =
    (await findFault(client, deployment)) ?? (await findRoleFault(client, deployment, account.address))
  if (fault === undefined) {
    onStep?.('Votes decide about the directory now; the deployer has no role left.')
    return deployment
  }
  throw new ChainError('DEPLOYMENT_WRONG', 'The chain does not show what was deployed.', {
    received: fault,
    remedy: 'Check that nothing else sends from the deploying account, then deploy again.',
  })
}

function addressesFrom(from: Address, firstNonce: number): Deployment['contracts'] {
  const entries = CONTRACTS.map(({ name }, step) => {
    return [name, getContractAddress({ from, nonce: BigInt(firstNonce + step) })]
  })
  return Object.fromEntries(entries) as Deployment['contracts']
}

function planFor(
  deployer: Address,
  contracts: Deployment['contracts'],
  salt: Hex,
  now: bigint,
): DeploymentPlan {
  function at(name: keyof Deployment['contracts']): Address {
    const address = contracts[name]
    if (address === undefined) throw new Error(`${name} is not among the contracts to deploy`)
    return address
  }
  const modules = CONTRACTS.flatMap(({ name, isModule }) => (isModule ? [at(name)] : []))
  return { at, modules, deployer, salt, now }
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

function failed(source: string, cause: unknown): ChainError {
  return new ChainError('DEPLOYMENT_FAILED', 'A contract could not be deployed.', {
    field: source,
    received: reason(cause),
    remedy: 'Check that the deploying account has gas money, then deploy again.',
    cause,
  })
}

/** The cause without the URL of the request, which may hold the key of an RPC provider. */
function reason(cause: unknown): string {
  if (cause instanceof BaseError) return cause.details || cause.shortMessage
  return messageOf(cause)
}

if (import.meta.main) await main(deploy)
