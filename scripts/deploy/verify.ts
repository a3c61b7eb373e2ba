import { type Address, type PublicClient, parseAbi } from 'viem'
import { ledgerAbi } from '../../protocol/abis/index.ts'
import type { Deployment } from '../../protocol/deployment.ts'
import { isCodeOf, readArtifact } from './artifact.ts'
import { CONTRACTS } from './contracts.ts'

const domainAbi = parseAbi([
  'function eip712Domain() view returns (bytes1, string, string, uint256, address, bytes32, uint256[])',
])

/**
 * What is wrong with a deployment on the chain that `client` talks to.
 *
 * @returns the first fault in words, or undefined when chain, code and wiring are as they should be.
 */
export async function findFault(client: PublicClient, deployment: Deployment): Promise<string | undefined> {
  const genesis = await client.getBlock({ blockNumber: 0n })
  if (genesis.hash !== deployment.genesisHash) {
    return `the chain's genesis is ${genesis.hash}, not ${deployment.genesisHash}`
  }
  for (const { name, source, isModule, isSalted } of CONTRACTS) {
    const address = deployment.contracts[name]
    if (address === undefined) return `it has no ${source}`
    const { treasury } = deployment.contracts
    const fault =
      (await codeFault(client, address, source)) ??
      (isModule ? await moduleFault(client, treasury, address, source) : undefined) ??
      (isSalted ? await saltFault(client, address, source, deployment.salt) : undefined)
    if (fault !== undefined) return fault
  }
  return undefined
}

async function codeFault(client: PublicClient, address: Address, source: string) {
  const code = await client.getCode({ address })
  return isCodeOf(readArtifact(source), code) ? undefined : `${address} has not the code of ${source}`
}

async function moduleFault(client: PublicClient, treasury: Address, module: Address, source: string) {
  const isModule = await client.readContract({
    address: treasury,
    abi: ledgerAbi,
    functionName: 'isModule',
    args: [module],
  })
  return isModule ? undefined : `${source} at ${module} is no module of the treasury ${treasury}`
}

async function saltFault(client: PublicClient, address: Address, source: string, salt: string) {
  const domain = await client.readContract({ address, abi: domainAbi, functionName: 'eip712Domain' })
  return domain[5] === salt ? undefined : `the salt of ${source} is ${domain[5]}, not ${salt}`
}
