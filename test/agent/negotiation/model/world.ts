import {
  answerToWithdrawal,
  fateOf,
  type Recorded,
} from '../../../../agent/protocols/negotiation/machine/commitment.ts'
import type {
  Conversation,
  Effect,
  Role,
  Tabled,
} from '../../../../agent/protocols/negotiation/machine/conversation.ts'
import { step } from '../../../../agent/protocols/negotiation/machine/step.ts'
import type { Hex } from '../../../../protocol/types.ts'
import type { DeclineReason } from '../../../../protocol/wire/frames.ts'

/**
 * Two agents that negotiate about one thing, what is between them, and the chain; as one value that is never changed.
 * The agents are the machine of `agent/protocols/negotiation/machine`; what stands here is what its edges do.
 */
export interface World {
  readonly buyer: Side
  readonly seller: Side
  /** Messages under way. They may be lost, and overtake one another; streams keep more order than that. */
  readonly wire: readonly Message[]
  /** Every offer that was ever signed. */
  readonly offers: readonly Signed[]
  /** Transactions that wait for a block, in any order. */
  readonly pool: readonly Transaction[]
  readonly chain: Readonly<Record<string, 'open' | 'revoked'>>
  readonly budget: Budget
}

/** What may still go wrong, or be wanted. */
export interface Budget {
  readonly copies: number
  readonly crashes: number
  readonly withdrawals: number
  readonly cancellations: number
}

export interface Side {
  readonly conversation: Conversation | undefined
  /** What the machine wants done and is not done yet. */
  readonly tasks: readonly Effect[]
  /** Own questions to which an answer is still taken: `p` and the id of an offer, or `w` and that of one taken back. */
  readonly questions: readonly string[]
  /** An offer of which the other side waits to hear whether it is taken back in time. */
  readonly deferred: Hex | undefined
  /** On disk: the deals, and the offers that were dealt with. */
  readonly journal: Readonly<Record<string, 'offered' | 'signed' | 'opened' | 'void'>>
  readonly handled: readonly Hex[]
}

export interface Signed extends Tabled {
  readonly maker: Role
  /** Ticks since it was signed; from `EXPIRED` on, the chain does not open it. */
  readonly age: number
}

export interface Message {
  readonly to: Role
  /** The question that it answers; without one it asks itself. */
  readonly answers?: string
  readonly body:
    | { type: 'proposal'; offer: Tabled }
    | { type: 'acceptance'; id: Hex }
    | { type: 'decline'; subject: Hex; reason: DeclineReason; detail: string }
    | { type: 'withdrawal'; id: Hex }
}

export interface Transaction {
  readonly type: 'open' | 'revoke'
  readonly id: Hex
}

/** Age at which an offer cannot be opened any more. */
export const EXPIRED = 2

/** What is explored: the machine as it is, or one that was broken on purpose. */
export interface Rules {
  step: typeof step
  fateOf: typeof fateOf
  answerToWithdrawal: typeof answerToWithdrawal
  /** The last round in which strategies counter. */
  lastRound: number
  /** Whether a process that starts again remembers the offers that it has dealt with. */
  remembersHandled: boolean
}

export const RULES: Rules = { step, fateOf, answerToWithdrawal, lastRound: 3, remembersHandled: true }

export const ROLES = ['buyer', 'seller'] as const

export function otherThan(role: Role): Role {
  return role === 'buyer' ? 'seller' : 'buyer'
}

export function offerOf(world: World, id: Hex): Signed {
  const offer = world.offers.find((each) => each.id === id)
  if (offer === undefined) throw new Error(`no offer ${id}`)
  return offer
}

export function recordOf(world: World, id: Hex): Recorded {
  return world.chain[id] ?? 'none'
}

export function isExpired(world: World, id: Hex): boolean {
  return offerOf(world, id).age >= EXPIRED
}

/** The world with one side changed. */
export function withSide(world: World, role: Role, change: Partial<Side>): World {
  return { ...world, [role]: { ...world[role], ...change } }
}

/** The same worlds have the same key, in whatever order messages and transactions were sent. */
export function keyOf({ buyer, seller, wire, offers, pool, chain, budget }: World): string {
  const unordered = `${wire.map(partOf).sort()}|${pool.map(partOf).sort()}`
  return `${partOf(buyer)};${partOf(seller)};${partOf(offers)};${partOf(chain)};${partOf(budget)};${unordered}`
}

/** A number for every part that is different; most parts a world has in common with the one before it. */
const parts = new Map<string, string>()
const known = new WeakMap<object, string>()

function partOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value)
  const numbered = known.get(value)
  if (numbered !== undefined) return numbered
  let text = ''
  for (const name in value) text += `${name}:${partOf(value[name as keyof typeof value])},`
  const number = parts.get(text) ?? `#${parts.size.toString(36)}`
  parts.set(text, number)
  known.set(value, number)
  return number
}
