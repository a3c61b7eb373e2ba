import type { GetContractEventsReturnType, PublicClient } from 'viem'
import { clearingHouseAbi } from '../../../protocol/abis/index.ts'
import type { Address, Hex } from '../../../protocol/types.ts'

/** Blocks of one question for logs; public nodes refuse larger ranges. */
const RANGE = 5_000n

/** Where the logs of a slot are looked for. */
export interface SlotLogs {
  house: Address
  market: Hex
  slot: bigint
  /** Block from which there can be any. */
  fromBlock: bigint
}

type Name = 'OrdersSubmitted' | 'Cleared' | 'PositionSettled'
type Log<N extends Name> = GetContractEventsReturnType<typeof clearingHouseAbi, N, true>[number]

/** The batches of a slot's orders, in their sequence, with the transactions that brought them. */
export function submissionsOf(client: PublicClient, logs: SlotLogs): Promise<Log<'OrdersSubmitted'>[]> {
  return backwards(client, logs, 'OrdersSubmitted', (found) => found[0]?.args.first === 0n)
}

/** The clearing of a slot that was cleared. */
export async function clearedOf(client: PublicClient, logs: SlotLogs): Promise<Log<'Cleared'> | undefined> {
  const [log] = await backwards(client, logs, 'Cleared', (found) => found.length > 0)
  return log
}

/** How an account's position was settled; undefined while it was not. */
export async function settlementOf(
  client: PublicClient,
  logs: SlotLogs,
  account: Address,
): Promise<Log<'PositionSettled'> | undefined> {
  const [log] = await backwards(client, logs, 'PositionSettled', (found) => found.length > 0, account)
  return log
}

/** Walks from the newest block back, in bounded ranges, until all that there is was found. */
async function backwards<N extends Name>(
  client: PublicClient,
  { house, market, slot, fromBlock }: SlotLogs,
  eventName: N,
  isAll: (logs: Log<N>[]) => boolean,
  account?: Address,
): Promise<Log<N>[]> {
  let found: Log<N>[] = []
  let toBlock = await client.getBlockNumber()
  while (toBlock >= fromBlock && !isAll(found)) {
    const least = toBlock - RANGE + 1n
    const logs = await client.getContractEvents({
      address: house,
      abi: clearingHouseAbi,
      eventName,
      args: { market, slot, ...(account && { account }) },
      fromBlock: least > fromBlock ? least : fromBlock,
      toBlock,
      strict: true,
    } as never)
    found = [...(logs as unknown as Log<N>[]), ...found]
    toBlock = least - 1n
  }
  return found
}
