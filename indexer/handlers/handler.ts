import { type Abi, type DecodeEventLogReturnType, toEventSelector } from 'viem'
import type { Address, Hex } from '../../protocol/types.ts'
import type { ChainLog } from '../follower/chain-reader.ts'
import type { Changes } from '../store/changes.ts'
import { eventDecoder } from './event-decoder.ts'

/** Where a log stands; its block is that of the changes. */
export interface LogPlace {
  logIndex: number
  transactionHash: Hex
}

/** What an index does about events of one contract; several may share its address, each with its own events. */
export interface Handler {
  address: Address
  /** Signatures of the events that it wants. */
  events: Hex[]
  /** What a log does if it is one of its events; logs are applied in the chain's order. */
  read(log: ChainLog): ((changes: Changes) => void) | undefined
}

type EventOf<abi extends Abi, name extends string> =
  Extract<DecodeEventLogReturnType<abi>, { eventName: name }> extends { args: infer args } ? args : never

/** One function per event of a contract, by the event's name. */
export type EventFunctions<abi extends Abi> = {
  [name in Extract<abi[number], { type: 'event' }>['name']]?: (
    args: EventOf<abi, name>,
    changes: Changes,
    place: LogPlace,
  ) => void
}

/** Makes a handler of the functions for those events of a contract that the index keeps. */
export function defineHandler<const abi extends Abi>(
  address: Address,
  abi: abi,
  functions: EventFunctions<abi>,
): Handler {
  const bySelector = new Map<Hex, (log: ChainLog) => (changes: Changes) => void>()
  for (const item of abi) {
    if (item.type !== 'event') continue
    const apply = functions[item.name as keyof typeof functions]
    if (apply === undefined) continue
    const decode = eventDecoder(item)
    bySelector.set(toEventSelector(item), (log) => {
      const args = decode(log)
      return (changes) => apply(args as never, changes, log)
    })
  }
  return {
    address,
    events: [...bySelector.keys()],
    read: (log) => (log.address === address ? bySelector.get(log.topics[0] ?? '0x')?.(log) : undefined),
  }
}
