import type { ChildProcess } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { encodeFunctionData } from 'viem'
import type { HDAccount } from 'viem/accounts'
import type { ReceivedIntent } from '../../indexer/index.ts'
import { intentEscrowAbi } from '../../protocol/abis/index.ts'
import type { Hex } from '../../protocol/types.ts'
import { Loudspeaker } from '../../test/indexer/support/mesh.ts'
import { type BusyMarket, sendSigned, signInTurn, trades } from '../index/busy-market.ts'

/** Agreements that a transaction opens and settles, and events that come of each. */
const AGREEMENTS = 5
const EVENTS = 2
const GAS = 6_000_000n
/** How often messages of the mesh are handed over, in milliseconds. */
const TICK = 25

/** What is to happen on a market, signed ahead of time. */
export interface Traffic {
  intents: readonly ReceivedIntent[]
  transactions: readonly Hex[]
}

let nonce = 10n ** 9n

/** Half of the events are intents, and half are agreements that are opened and settled. @param count of events */
export async function signTraffic(busy: BusyMarket, count: number): Promise<Traffic> {
  const { market, members } = busy
  const mesh = new Loudspeaker(market.deployment)
  const intents = Array.from({ length: count / 2 }, (_, index) =>
    mesh.intent(memberOf(members, index), { quantity: BigInt(1 + (index % 900)), nonce: nonce++ }),
  )
  const transactions = await signInTurn(
    busy,
    Math.ceil(count / 2 / EVENTS / AGREEMENTS),
    async (buyer, index) => {
      const seller = memberOf(members, index * 7 + 1 + members.indexOf(buyer))
      const calls = await trades(market, buyer, seller, { count: AGREEMENTS, after: nonce })
      nonce += BigInt(AGREEMENTS)
      const data = encodeFunctionData({ abi: intentEscrowAbi, functionName: 'batch', args: [calls] })
      return { to: market.deployment.contracts.intentEscrow, data, gas: GAS }
    },
  )
  return { intents, transactions }
}

/**
 * Has it happen evenly, at its own pace however far behind the others are.
 *
 * @returns how many events there were, and of how many seconds
 */
export async function play(
  { intents, transactions }: Traffic,
  seconds: number,
  { index, rpcUrl }: { index: ChildProcess; rpcUrl: string },
): Promise<{ events: number; seconds: number }> {
  const begin = performance.now()
  const sending: Promise<void>[] = []
  let said = 0
  while (said < intents.length || sending.length < transactions.length) {
    await sleep(TICK)
    const share = Math.min(1, (performance.now() - begin) / 1_000 / seconds)
    const due = Math.floor(share * intents.length)
    if (due > said) index.send(intents.slice(said, due))
    said = due
    while (sending.length < Math.floor(share * transactions.length)) {
      sending.push(sendSigned(rpcUrl, transactions[sending.length] as Hex))
    }
  }
  const took = (performance.now() - begin) / 1_000
  await Promise.all(sending)
  return { events: intents.length + transactions.length * AGREEMENTS * EVENTS, seconds: took }
}

function memberOf(members: readonly HDAccount[], index: number): HDAccount {
  return members[index % members.length] as HDAccount
}
