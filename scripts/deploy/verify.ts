import type { PublicClient } from 'viem'
import { intentEscrowAbi, ledgerAbi } from '../../protocol/abis/index.ts'
import type { Deployment } from '../../protocol/deployment.ts'
import { isCodeOf, readArtifact } from './artifact.ts'

/** Each contract's source below `contracts/`. */
export const SOURCES: Record<keyof Deployment['contracts'], string> = {
  identityRegistry: 'IdentityRegistry.sol',
  stakeVault: 'StakeVault.sol',
  ledger: 'Ledger.sol',
  intentEscrow: 'IntentEscrow.sol',
  testDollar: 'mocks/TestDollar.sol',
}

/**
 * What is wrong with a deployment on the chain that `client` talks to.
 *
 * @returns the first fault in words, or undefined when chain, code and wiring are as they should be.
 */
export async function findFault(client: PublicClient, deployment: Deployment): Promise<string | undefined> {
  const { contracts, genesisHash, salt } = deployment
  const genesis = await client.getBlock({ blockNumber: 0n })
  if (genesis.hash !== genesisHash) return `the chain's genesis is ${genesis.hash}, not ${genesisHash}`
  for (const [name, source] of Object.entries(SOURCES)) {
    const address = contracts[name as keyof typeof contracts]
    const code = await client.getCode({ address })
    if (!isCodeOf(readArtifact(source), code)) return `${address} has not the code of ${source}`
  }
  const isModule = await client.readContract({
    address: contracts.ledger,
    abi: ledgerAbi,
    functionName: 'isModule',
    args: [contracts.intentEscrow],
  })
  if (!isModule) return `the escrow ${contracts.intentEscrow} is no module of the ledger ${contracts.ledger}`
  const domain = await client.readContract({
    address: contracts.intentEscrow,
    abi: intentEscrowAbi,
    functionName: 'eip712Domain',
  })
  return domain[5] === salt ? undefined : `the escrow's salt is ${domain[5]}, not ${salt}`
}
