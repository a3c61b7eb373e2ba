import { cellToParent, getResolution, gridDisk, isValidCell } from 'h3-js'
import type { Address, CapabilityRecord } from '../../protocol/types.ts'
import { centerOf, lineageOf, type Point } from './geography.ts'
import { claims, isWithin } from './match.ts'
import { PostingList } from './posting-list.ts'
import type { Condition, Query } from './query.ts'

/** Resolutions of the cells by which places are listed, the finest first; a circle is looked up in the finest that it can. */
const RESOLUTIONS = [7, 5, 3] as const
/** Kilometres that a ring of cells adds at the least, where the grid is densest; cells of the next resolution are √7 wider. */
const RING = { 7: 1.3, 5: 9, 3: 63 } as const
/** Rings more, for agents and centres that are not in the middle of their cells. */
const MARGIN = 2
/** Most rings that are looked up: 217 cells. */
const MAX_RINGS = 8
/** How many entries are looked through sooner than the cells of a circle are looked up. */
const FEW = 256

type Lists<T> = readonly PostingList<T>[]

/**
 * Capability records, one of each agent, by what queries ask for. Every record is listed by the name of each capability,
 * and within a name by each word and cell of its attributes and by where it is; a query looks through the shortest lists
 * that must hold all answers, and checks these in full. Ranges and spans are checked alone: few records that agree in all
 * else differ in them.
 */
export class CapabilityIndex<T extends { readonly value: CapabilityRecord }> {
  readonly #entries = new Map<Address, T>()
  readonly #centers = new WeakMap<T, Point>()
  readonly #lists = new Map<string, PostingList<T>>()
  #listings = 0

  get size(): number {
    return this.#entries.size
  }

  /** In how many lists entries stand, all in all: what the index takes of memory. */
  get listings(): number {
    return this.#listings
  }

  get(agent: Address): T | undefined {
    return this.#entries.get(agent)
  }

  /** All entries, those that were added last at the end. */
  all(): IterableIterator<T> {
    return this.#entries.values()
  }

  /** Adds an entry in place of an earlier one of its agent. */
  add(entry: T): void {
    this.delete(entry.value.agent)
    this.#entries.set(entry.value.agent, entry)
    const center = centerOf(entry.value.area)
    if (center !== undefined) this.#centers.set(entry, center)
    const keys = keysOf(entry.value)
    this.#listings += keys.size
    for (const key of keys) {
      const list = this.#lists.get(key) ?? new PostingList()
      list.add(entry)
      this.#lists.set(key, list)
    }
  }

  delete(agent: Address): void {
    const entry = this.#entries.get(agent)
    if (entry === undefined) return
    this.#entries.delete(agent)
    const keys = keysOf(entry.value)
    this.#listings -= keys.size
    for (const key of keys) {
      const list = this.#lists.get(key)
      list?.delete(entry)
      if (list?.size === 0) this.#lists.delete(key)
    }
  }

  /**
   * Finds what fulfils a query, each entry once. Nothing may be added or deleted until it is done.
   *
   * @param query within its bounds, and with a cell that its circle is around
   * @param lot from 0 to 1, which decides in what order: one for each lot, so that all that fulfil the query are found
   *   first about as often
   */
  *find(query: Query, lot = 0): Generator<T> {
    const lists = this.#shortest(query)
    const center = centerOf(query.within?.of ?? '')
    // An entry stands once in a list.
    const seen = lists.length > 1 ? new Set<T>() : undefined
    for (const entry of shuffled(lists, lot)) {
      if (seen?.has(entry)) continue
      seen?.add(entry)
      if (claims(query, entry.value) && isWithin(query, center, this.#centers.get(entry))) yield entry
    }
  }

  #shortest(query: Query): Lists<T> {
    const { capabilities, where, within } = query
    const byName = capabilities.map((name) => [name])
    const byCondition = capabilities.flatMap((name) => where.flatMap((it) => keysForCondition(name, it)))
    let best = this.#shorter(undefined, [...byName, ...byCondition])
    if (within?.of === undefined || sizeOf(best) <= FEW) return best
    for (const name of capabilities) best = this.#shorter(best, keysForCircle(name, within.of, within.km))
    return best
  }

  /** The shortest lists of those under some keys and the best so far. */
  #shorter(best: Lists<T> | undefined, alternatives: readonly (readonly string[])[]): Lists<T> {
    let shortest = best
    for (const keys of alternatives) {
      const lists = keys.flatMap((key) => this.#lists.get(key) ?? [])
      if (shortest === undefined || sizeOf(lists) < sizeOf(shortest)) shortest = lists
    }
    return shortest ?? []
  }
}

/** Under which keys a record is listed. */
function keysOf({ capabilities, area }: CapabilityRecord): Set<string> {
  const keys = new Set<string>()
  for (const { name, version, model, attributes } of capabilities) {
    keys.add(name)
    keys.add(wordKey(name, 'version', version))
    keys.add(wordKey(name, 'model', model))
    if (isValidCell(area)) {
      for (const resolution of RESOLUTIONS) keys.add(placeKey(name, resolution, placeOf(area, resolution)))
    }
    for (const attribute of attributes) {
      if (attribute.type === 'set') {
        for (const word of attribute.values) keys.add(wordKey(name, attribute.name, word))
      }
      if (attribute.type === 'area') {
        for (const cell of attribute.cells) keys.add(cellKey(name, attribute.name, cell))
      }
    }
  }
  return keys
}

/** Sets of keys of which each by itself holds every answer to a condition. */
function keysForCondition(name: string, condition: Condition): string[][] {
  const { attribute } = condition
  if ('oneOf' in condition) return [condition.oneOf.map((word) => wordKey(name, attribute, word))]
  if ('allOf' in condition) return condition.allOf.map((word) => [wordKey(name, attribute, word)])
  if ('covers' in condition && 'cell' in condition.covers) {
    return [lineageOf(condition.covers.cell).map((cell) => cellKey(name, attribute, cell))]
  }
  return []
}

/** The cells that a circle can reach, and all that are coarser; nothing of a circle that reaches too many. */
function keysForCircle(name: string, center: string, km: number): string[][] {
  const ringsOf = (resolution: Resolution) => Math.ceil(km / RING[resolution]) + MARGIN
  const resolution = RESOLUTIONS.find((it) => it <= getResolution(center) && ringsOf(it) <= MAX_RINGS)
  if (resolution === undefined) return []
  const cells = gridDisk(cellToParent(center, resolution), ringsOf(resolution))
  return [[...cells, COARSE].map((cell) => placeKey(name, resolution, cell))]
}

type Resolution = (typeof RESOLUTIONS)[number]

/** Stands for all cells that are coarser than those by which a circle is looked up. */
const COARSE = ''

function placeOf(area: string, resolution: Resolution): string {
  return getResolution(area) < resolution ? COARSE : cellToParent(area, resolution)
}

// A name has no bars in it, and neither has the name of an attribute.
function wordKey(name: string, attribute: string, word: string): string {
  return `${name}|${attribute}|${word}`
}

function cellKey(name: string, attribute: string, cell: string): string {
  return `${name}||${attribute}|${cell}`
}

function placeKey(name: string, resolution: Resolution, cell: string): string {
  return `${name}|||${resolution}|${cell}`
}

function sizeOf<T>(lists: Lists<T>): number {
  return lists.reduce((sum, { size }) => sum + size, 0)
}

/**
 * What is in lists, as if they were one, each once: from a first position on in steps that have no divisor in common with
 * their size. A walk from one to the next would find whoever comes after many that do not fulfil the query far more often.
 */
function* shuffled<T>(lists: Lists<T>, lot: number): Generator<T> {
  const size = sizeOf(lists)
  const position = lot * size
  const first = Math.floor(position)
  let step = 1 + Math.floor((position - first) * (size - 1))
  while (gcd(step, size) > 1) step -= 1
  for (let count = 0, at = first; count < size; count++, at = (at + step) % size) yield entryAt(lists, at)
}

function entryAt<T>(lists: Lists<T>, position: number): T {
  let left = position
  for (const list of lists) {
    if (left < list.size) return list.at(left) as T
    left -= list.size
  }
  throw new RangeError(`no entry at ${position}`)
}

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b)
}
