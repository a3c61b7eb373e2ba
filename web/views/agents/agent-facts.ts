import type { Deployment } from '../../../protocol/deployment.ts'
import type { AgentView } from '../../api/views.ts'
import { nameIn } from '../../format/names.ts'
import { bounded } from '../../format/strangers.ts'

/** Which of two agents stands first. */
const ORDERS = {
  newest: (a: AgentView, b: AgentView) => compare(BigInt(b.agentId), BigInt(a.agentId)),
  reputation: (a: AgentView, b: AgentView) =>
    compare(BigInt(b.reputation.score), BigInt(a.reputation.score)) ||
    b.reputation.counted - a.reputation.counted,
  stake: (a: AgentView, b: AgentView) => compare(stakeOf(b), stakeOf(a)),
  name: (a: AgentView, b: AgentView) => titleOf(a).localeCompare(titleOf(b), 'en', { numeric: true }),
}

/** By what agents can be sorted. */
export type Order = keyof typeof ORDERS
export const orders = Object.keys(ORDERS) as readonly Order[]

/** What an agent is called here: its name, or its number where it gives none. */
export function titleOf({ uri, agentId }: Pick<AgentView, 'uri' | 'agentId'>): string {
  return nameIn(uri) ?? `Agent ${agentId}`
}

/** All that stands behind an agent, in the smallest unit of the stake token. */
export function stakeOf({ stakes }: Pick<AgentView, 'stakes'>): bigint {
  return stakes.reduce((sum, { staked }) => sum + BigInt(staked), 0n)
}

/** The part of it that answers for what is under way. */
export function lockedOf({ stakes }: Pick<AgentView, 'stakes'>): bigint {
  return stakes.reduce((sum, { locked }) => sum + BigInt(locked), 0n)
}

/** Names of what an agent says that it can do, each once. */
export function capabilitiesOf({ capability }: Pick<AgentView, 'capability'>): string[] {
  return [...new Set(capability?.capabilities.map(({ name }) => bounded(name, 40)))]
}

/**
 * Agents that have the words in their name, address, number or capabilities, in an order.
 *
 * @param words in any case; empty lets all through
 */
export function chosen(agents: readonly AgentView[], words: string, order: Order): AgentView[] {
  const sought = words.trim().toLowerCase()
  const has = (agent: AgentView) =>
    [titleOf(agent), agent.owner, agent.wallet ?? '', `#${agent.agentId}`, ...capabilitiesOf(agent)].some(
      (text) => text.toLowerCase().includes(sought),
    )
  return agents.filter(has).sort(ORDERS[order])
}

/** What a stake is for, by the contract that may take it; undefined of one that the deployment does not name. */
export function purposeOf(module: string, contracts: Deployment['contracts']): string | undefined {
  const purposes: readonly (readonly [string | undefined, string])[] = [
    [contracts.intentEscrow, 'Trades'],
    [contracts.arbitration, 'Jury duty'],
    [contracts.learningRegistry, 'Learning'],
    [contracts.clearingHouse, 'Energy slots'],
  ]
  return purposes.find(([address]) => address?.toLowerCase() === module.toLowerCase())?.[1]
}

type Attribute = NonNullable<AgentView['capability']>['capabilities'][number]['attributes'][number]

/** An attribute of a capability in words. @example attributeText({ name: 'seats', type: 'range', min: '0', max: '4' }) // 'seats: 0 to 4' */
export function attributeText(attribute: Attribute): string {
  const name = bounded(attribute.name, 40)
  switch (attribute.type) {
    case 'range':
      return `${name}: ${attribute.min} to ${attribute.max}`
    case 'span':
      return `${name}: ${dayAndTime(attribute.from)} to ${dayAndTime(attribute.to)}`
    case 'set':
      return `${name}: ${bounded(attribute.values.join(', '), 80)}`
    case 'area':
      return `${name}: ${attribute.cells.length} H3 cells`
  }
}

function dayAndTime(seconds: string): string {
  const date = new Date(Number(seconds) * 1_000)
  return Number.isNaN(date.getTime())
    ? `second ${seconds}`
    : date.toISOString().slice(0, 16).replace('T', ' ')
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** A number with a decimal point so many digits from its end. @example decimalText('40', 1) // '4.0' */
export function decimalText(value: string, decimals: number): string {
  if (decimals === 0) return value
  const sign = value.startsWith('-') ? '−' : ''
  const digits = value.replace('-', '').padStart(decimals + 1, '0')
  return `${sign}${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`
}
