import { BaseError, ContractFunctionRevertedError, type PublicClient, stringToHex } from 'viem'
import { meshDirectoryAbi } from '../../../protocol/abis/index.ts'
import type { Deployment } from '../../../protocol/deployment.ts'
import {
  type NetworkParameters,
  type ProtocolId,
  type ProtocolVersion,
  protocolKey,
  VERSION_STATUSES,
} from '../../../protocol/network-parameters.ts'
import type { Address, Hex } from '../../../protocol/types.ts'

/** What is asked about by name; the directory cannot list what has an entry of its own. */
export interface DirectoryKeys {
  /** Domains of capabilities: `energy`. */
  readonly domains: readonly string[]
  /** Topics without version and area: `intents/energy`. */
  readonly topics: readonly string[]
  readonly protocols: readonly ProtocolId[]
}

/** Longest name that the directory can hold, in bytes. */
const MAX_NAME = 32

/**
 * Reads all that nodes obey.
 *
 * @param client one that batches, so that all of it is of one block
 * @throws viem's errors when the chain does not answer, or no directory is there
 */
export async function readParameters(
  client: PublicClient,
  { contracts }: Deployment,
  keys: DirectoryKeys,
): Promise<NetworkParameters> {
  const directory = { address: contracts.meshDirectory, abi: meshDirectoryAbi } as const
  const [spam, [, , escrow], admissions, quotas, protocols] = await Promise.all([
    client.readContract({ ...directory, functionName: 'spamRules' }),
    client.readContract({ ...directory, functionName: 'identify', args: [contracts.intentEscrow] }),
    entries(keys.domains, (domain) =>
      client.readContract({ ...directory, functionName: 'admissionOf', args: [domain] }),
    ),
    entries(keys.topics, (topic) =>
      client.readContract({ ...directory, functionName: 'quotaOf', args: [topic] }),
    ),
    Promise.all(
      keys.protocols.map(
        async (id) => [protocolKey(id), await versionOf(client, contracts.meshDirectory, id)] as const,
      ),
    ),
  ])
  return {
    spam,
    admissions,
    quotas,
    protocols: Object.fromEntries(protocols),
    escrow: VERSION_STATUSES[escrow] ?? 'none',
  }
}

/** What the directory says about each name that it can hold, and, by the empty one, about all others. */
async function entries<T>(
  names: readonly string[],
  read: (name: Hex) => Promise<T>,
): Promise<Record<string, T>> {
  const known = ['', ...names].filter((name) => new TextEncoder().encode(name).length <= MAX_NAME)
  return Object.fromEntries(
    await Promise.all(known.map(async (name) => [name, await read(padded(name))] as const)),
  )
}

async function versionOf(
  client: PublicClient,
  address: Address,
  { name, version }: ProtocolId,
): Promise<ProtocolVersion> {
  const directory = { address, abi: meshDirectoryAbi } as const
  const args = [padded(name), BigInt(version)] as const
  const [status, { sunset }, current] = await Promise.all([
    client.readContract({ ...directory, functionName: 'protocolStatus', args }),
    client.readContract({ ...directory, functionName: 'protocolVersion', args }).catch(ifUnknown),
    client.readContract({ ...directory, functionName: 'protocolVersionCount', args: [args[0]] }),
  ])
  return { status: VERSION_STATUSES[status] ?? 'none', sunset: BigInt(sunset), current: Number(current) }
}

/** The directory reverts for a version that it does not have. */
function ifUnknown(error: unknown): { sunset: number } {
  const isRevert =
    error instanceof BaseError && error.walk((cause) => cause instanceof ContractFunctionRevertedError)
  if (isRevert) return { sunset: 0 }
  throw error
}

/** A name as the directory keeps it: ASCII, padded with zeros to 32 bytes. */
function padded(name: string): Hex {
  return stringToHex(name, { size: MAX_NAME })
}
