import { createPublicClient, http, type PublicClient } from 'viem'
import type { Deployment, Hex, NetworkDescriptor } from '../agent/index.ts'
import { intentEscrowAbi, ledgerAbi, stakeVaultAbi, testDollarAbi } from '../protocol/abis/index.ts'
import type { MoneyRecord, Party } from './money-checks.ts'

/** How long one call to the chain may take, in milliseconds. */
const CALL_TIMEOUT = 30_000

/**
 * Reads what the chain says of the money of a market.
 *
 * @throws what the chain throws when it does not answer
 */
export async function readMoney(
  { deployment, rpcUrl }: Pick<NetworkDescriptor, 'deployment' | 'rpcUrl'>,
  parties: readonly Pick<Party, 'address' | 'agentId'>[],
): Promise<MoneyRecord> {
  // One request for all calls of a moment, not hundreds at once.
  const transport = http(rpcUrl, { timeout: CALL_TIMEOUT, batch: true })
  const client = createPublicClient({ transport, cacheTime: 0 })
  const money = await Promise.all(parties.map((party) => moneyOf(client, deployment, party)))
  return {
    has: new Map(parties.map(({ address }, index) => [address, money[index]?.has ?? 0n])),
    fees: money.reduce((sum, { fees }) => sum + fees, await collected(client, deployment)),
    settlements: await settlementsOf(client, deployment),
  }
}

async function moneyOf(
  client: PublicClient,
  { contracts }: Deployment,
  { address, agentId }: Pick<Party, 'address' | 'agentId'>,
): Promise<{ has: bigint; fees: bigint }> {
  const { treasury, testDollar, intentEscrow } = contracts
  const token = { address: testDollar, abi: testDollarAbi } as const
  const ledger = { address: treasury, abi: ledgerAbi } as const
  const vault = { address: treasury, abi: stakeVaultAbi } as const
  const [wallet, balance, fees, [staked]] = await Promise.all([
    client.readContract({ ...token, functionName: 'balanceOf', args: [address] }),
    client.readContract({ ...ledger, functionName: 'balanceOf', args: [testDollar, address] }),
    client.readContract({ ...ledger, functionName: 'feesOf', args: [testDollar, address] }),
    client.readContract({ ...vault, functionName: 'positionOf', args: [agentId, address, intentEscrow] }),
  ])
  return { has: wallet + balance + staked, fees }
}

/** Fees that have left the accounts in which they were set aside. */
async function collected(client: PublicClient, { contracts }: Deployment): Promise<bigint> {
  const ledger = { address: contracts.treasury, abi: ledgerAbi } as const
  const recipient = await client.readContract({ ...ledger, functionName: 'feeRecipient' })
  return client.readContract({
    ...ledger,
    functionName: 'balanceOf',
    args: [contracts.testDollar, recipient],
  })
}

async function settlementsOf(
  client: PublicClient,
  { contracts, fromBlock }: Deployment,
): Promise<Map<Hex, bigint>> {
  const events = await client.getContractEvents({
    address: contracts.intentEscrow,
    abi: intentEscrowAbi,
    eventName: 'Settlement',
    fromBlock: BigInt(fromBlock),
    strict: true,
  })
  const paid = new Map<Hex, bigint>()
  for (const { args } of events) paid.set(args.id, (paid.get(args.id) ?? 0n) + args.paid + args.fee)
  return paid
}
