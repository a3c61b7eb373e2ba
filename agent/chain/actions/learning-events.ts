import { type PublicClient, parseEventLogs, type Hex as ViemHex } from 'viem'
import { learningPanelAbi, learningRegistryAbi } from '../../../protocol/abis/index.ts'
import { LEARNING_RULES, type LearningTask } from '../../../protocol/learning.ts'
import type { Address, Hex } from '../../../protocol/types.ts'

/** Blocks of one question for logs; public nodes refuse larger ranges. */
const RANGE = 5_000n

/** A task with its id, and the block in which it was opened. */
export interface OpenedTask {
  id: Hex
  task: LearningTask
  block: bigint
}

/**
 * Tasks that were opened in a range of blocks, both ends included, in their sequence.
 *
 * @param id of the one that is looked for; all without
 */
export async function tasksOpened(
  client: PublicClient,
  registry: Address,
  { fromBlock, toBlock }: { fromBlock: bigint; toBlock: bigint },
  id?: Hex,
): Promise<OpenedTask[]> {
  const found: OpenedTask[] = []
  for (let from = fromBlock; from <= toBlock; from += RANGE) {
    const last = from + RANGE - 1n
    const logs = await client.getContractEvents({
      address: registry,
      abi: learningRegistryAbi,
      eventName: 'TaskOpened',
      args: id === undefined ? {} : { id },
      fromBlock: from,
      toBlock: last < toBlock ? last : toBlock,
      strict: true,
    })
    for (const { args, blockNumber } of logs) {
      const rule = LEARNING_RULES[args.task.rule]
      if (rule !== undefined) found.push({ id: args.id, task: { ...args.task, rule }, block: blockNumber })
    }
  }
  return found
}

/** What happened in a round, of both contracts, in the chain's sequence. */
export type RoundEvent = ReturnType<typeof eventsIn>[number]

/** What happened in one round in a range of blocks, both ends included. */
export async function roundEvents(
  client: PublicClient,
  contracts: { registry: Address; panel: Address },
  id: Hex,
  { fromBlock, toBlock }: { fromBlock: bigint; toBlock: bigint },
): Promise<RoundEvent[]> {
  const found: RoundEvent[] = []
  for (let from = fromBlock; from <= toBlock; from += RANGE) {
    const last = from + RANGE - 1n
    const logs = await client.request({
      method: 'eth_getLogs',
      params: [
        {
          address: [contracts.registry, contracts.panel],
          topics: [null, id],
          fromBlock: quantity(from),
          toBlock: quantity(last < toBlock ? last : toBlock),
        },
      ],
    })
    found.push(...eventsIn(logs))
  }
  return found
}

const abi = [...learningRegistryAbi, ...learningPanelAbi] as const

function eventsIn(logs: Parameters<typeof parseEventLogs>[0]['logs']) {
  return parseEventLogs({ abi, logs, strict: true })
}

function quantity(value: bigint): ViemHex {
  return `0x${value.toString(16)}`
}
