import { type Hex, hashTypedData, type PublicClient, parseEventLogs, type TransactionReceipt } from 'viem'
import { identityRegistryAbi } from '../../../protocol/abis/index.ts'
import { ChainError } from '../../../protocol/errors.ts'
import type { Address } from '../../../protocol/types.ts'
import { type Call, callTo } from '../call.ts'

/** Registers the sender as the owner of a new agent; `agentURI` points to its registration file. */
export function register(registry: Address, agentURI: string): Call {
  return callTo(registry, { abi: identityRegistryAbi, functionName: 'register', args: [agentURI] })
}

/**
 * Id that a registration gave.
 *
 * @throws ChainError `NOT_REGISTERED` when the receipt is of another transaction.
 */
export function registeredId(receipt: TransactionReceipt): bigint {
  const [event] = parseEventLogs({ abi: identityRegistryAbi, eventName: 'Registered', logs: receipt.logs })
  if (event !== undefined) return event.args.agentId
  throw new ChainError('NOT_REGISTERED', 'A transaction registered no agent.', {
    field: 'transaction',
    received: receipt.transactionHash,
    remedy: 'Look the transaction up: the registry of the deployment may be another contract.',
  })
}

/** What the key that is to be bound has to sign (ERC-8004, `AgentWalletSet`). */
export function walletDigest(
  registry: Address,
  chainId: number,
  message: { agentId: bigint; newWallet: Address; owner: Address; deadline: bigint },
): Hex {
  return hashTypedData({
    domain: { name: 'ERC8004IdentityRegistry', version: '1', chainId, verifyingContract: registry },
    primaryType: 'AgentWalletSet',
    types: {
      AgentWalletSet: [
        { name: 'agentId', type: 'uint256' },
        { name: 'newWallet', type: 'address' },
        { name: 'owner', type: 'address' },
        { name: 'deadline', type: 'uint256' },
      ],
    },
    message,
  })
}

/** Binds a key to an agent id, with that key's signature over `walletDigest`. */
export function setAgentWallet(
  registry: Address,
  binding: { agentId: bigint; wallet: Address; deadline: bigint; signature: Hex },
): Call {
  return callTo(registry, {
    abi: identityRegistryAbi,
    functionName: 'setAgentWallet',
    args: [binding.agentId, binding.wallet, binding.deadline, binding.signature],
  })
}

/** Takes the key away from an agent, as its owner: whatever it signed and was not opened is worth nothing. */
export function unsetAgentWallet(registry: Address, agentId: bigint): Call {
  return callTo(registry, { abi: identityRegistryAbi, functionName: 'unsetAgentWallet', args: [agentId] })
}

/** On whose behalf a key signs; all zero when on nobody's but its own. */
export interface Binding {
  agentId: bigint
  /** Grows with each change of the agent's key. */
  epoch: bigint
  owner: Address
}

/**
 * Reads which agent, of which owner, a key is bound to.
 *
 * @param at block to be read; by default the newest
 */
export async function bindingOf(
  client: PublicClient,
  registry: Address,
  wallet: Address,
  at: { blockNumber?: bigint } = {},
): Promise<Binding> {
  const [agentId, epoch, owner] = await client.readContract({
    ...at,
    address: registry,
    abi: identityRegistryAbi,
    functionName: 'bindingOf',
    args: [wallet],
  })
  return { agentId, epoch: BigInt(epoch), owner }
}
