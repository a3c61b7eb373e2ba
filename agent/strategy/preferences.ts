import type { Address, Attribute, Capability } from '../../protocol/types.ts'

/** Attribute of an intent, or of who supplies energy: a set of words such as `solar`. */
const SOURCE = 'source'
/** Attributes of an intent: a set of addresses, and the span of time in which these alone are asked. */
const NEIGHBOURS = 'neighbours'
const FIRST = 'first'
/** Seconds for which named neighbours are asked alone, by default. */
const HEAD_START = 5n

/** With whom a buyer wants to trade, whatever the price. */
export interface Preferences {
  /** Of these sources alone; by default of any. */
  sources?: readonly string[]
  /** These sellers first; by default nobody. At most 32. */
  neighbours?: readonly Address[]
  /** Seconds for which these alone may offer; 5 by default. */
  headStart?: bigint
}

/** Somebody who sells, and what it says to be its sources. */
export interface Supplier {
  agent: Address
  sources: readonly string[]
}

/**
 * What an intent says of its maker's preferences. Once the head start is over nothing more is said of neighbours.
 *
 * @param since when the maker began to ask, Unix seconds
 * @param now Unix seconds
 * @example preferenceAttributes({ sources: ['solar'] }, 0n, 0n) // [{ name: 'source', type: 'set', values: ['solar'] }]
 */
export function preferenceAttributes(
  { sources = [], neighbours = [], headStart = HEAD_START }: Preferences,
  since: bigint,
  now: bigint,
): Attribute[] {
  const attributes: Attribute[] = []
  if (sources.length > 0) attributes.push(sourceAttribute(sources))
  const to = since + headStart
  if (neighbours.length > 0 && now < to) {
    attributes.push({ name: NEIGHBOURS, type: 'set', values: [...neighbours] })
    attributes.push({ name: FIRST, type: 'span', from: since, to })
  }
  return attributes
}

/** What a capability says of where its energy comes from. */
export function sourceAttribute(sources: readonly string[]): Attribute {
  return { name: SOURCE, type: 'set', values: [...sources] }
}

/** What an agent says to be the sources of what it supplies, of energy unless `supplied` names another capability; none when it says nothing. */
export function sourcesOf(capabilities: readonly Capability[], supplied = 'energy.supply'): string[] {
  return capabilities
    .filter(({ name }) => name === supplied)
    .flatMap(({ attributes }) => wordsOf(attributes, SOURCE) ?? [])
}

/** Of which sources alone the maker of an intent buys; none when of any. */
export function sourcesWanted(attributes: readonly Attribute[]): string[] {
  return wordsOf(attributes, SOURCE) ?? []
}

/**
 * Whether a supplier may offer to an intent by what it says of its maker's preferences. A supplier asks before it offers, and
 * the maker of the intent again before it accepts.
 *
 * @param now Unix seconds
 * @returns `later` while named neighbours alone are asked; `never` when it supplies from other sources
 */
export function mayOffer(
  attributes: readonly Attribute[],
  { agent, sources }: Supplier,
  now: bigint,
): 'now' | 'later' | 'never' {
  const wanted = wordsOf(attributes, SOURCE)
  if (wanted !== undefined && !sources.some((source) => wanted.includes(source))) return 'never'
  const first = attributes.find(({ name }) => name === FIRST)
  const neighbours = wordsOf(attributes, NEIGHBOURS)
  if (first?.type !== 'span' || neighbours === undefined || now < first.from || now >= first.to) return 'now'
  const isNamed = neighbours.some((each) => each.toLowerCase() === agent.toLowerCase())
  return isNamed ? 'now' : 'later'
}

function wordsOf(attributes: readonly Attribute[], name: string): string[] | undefined {
  const attribute = attributes.find((each) => each.name === name)
  return attribute?.type === 'set' ? attribute.values : undefined
}
