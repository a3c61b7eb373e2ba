import { ApiClient, type Json } from '../api/client.ts'
import { energy, money } from '../format.ts'
import { interruptible } from '../signals.ts'
import { type Alignment, table } from '../table.ts'

export interface LookOptions {
  limit: number
  api: string
  json?: boolean
  side?: string
  capability?: string
  agent?: string
  query?: string
  area?: string
  minReputation?: string
  text?: string
}

interface View {
  columns: readonly string[]
  alignments: readonly Alignment[]
  row(entry: Json): string[]
  /** What is said where there are none. */
  none: string
}

const VIEWS: Readonly<Record<'agents' | 'intents' | 'trades', View>> = {
  agents: {
    columns: ['agent', 'wallet', 'reputation', 'stake', 'does', 'area'],
    alignments: ['right', 'left', 'right', 'right', 'left', 'left'],
    row: ({ agentId, wallet, reputation, stakes, capability }) => [
      agentId,
      wallet ?? 'none',
      (Number(reputation.score) / 1e18).toFixed(2),
      money((stakes as Json[]).reduce((sum: bigint, { staked }) => sum + BigInt(staked), 0n)),
      capability?.capabilities.map(({ name }: Json) => name).join(', ') ?? 'not heard of',
      capability?.area ?? '',
    ],
    none: 'There is no such agent.',
  },
  intents: {
    columns: ['side', 'capability', 'quantity', 'price', 'from', 'agent'],
    alignments: ['left', 'left', 'right', 'right', 'left', 'left'],
    row: ({ side, capability, quantity, price, start, agent }) => [
      side,
      capability,
      energy(Number(quantity)),
      money(BigInt(price)),
      new Date(Number(start) * 1000).toISOString().slice(0, 16),
      agent,
    ],
    none: 'Nobody wants anything at present.',
  },
  trades: {
    columns: ['settled', 'quantity', 'price', 'paid', 'buyer', 'seller'],
    alignments: ['left', 'right', 'right', 'right', 'left', 'left'],
    row: ({ settledAt, quantity, price, payment, buyer, seller }) => [
      settledAt.slice(0, 19),
      energy(Number(quantity)),
      price === null ? '' : money(BigInt(price)),
      money(BigInt(payment)),
      buyer,
      seller,
    ],
    none: 'Nothing was traded yet.',
  },
}

/** Prints a list of the API; of its filters it takes those that are given. @throws as `ApiClient.get` */
export async function lookAt(what: keyof typeof VIEWS, { api, json, ...query }: LookOptions): Promise<void> {
  using interruption = interruptible()
  const answer = await new ApiClient(api, interruption.signal).get(`/v1/${what}`, { ...query })
  if (json) {
    console.log(JSON.stringify(answer, undefined, 2))
    return
  }
  const { columns, alignments, row, none } = VIEWS[what]
  const entries = answer.data as Json[]
  console.log(entries.length === 0 ? none : table([columns, ...entries.map(row)], alignments))
}
