import type { Address, Hex, Signed } from '../../../protocol/types.ts'
import { MAX_ORDERS, MAX_SLOTS } from './constants.ts'

/** What was heard, and by whom and how it was signed. */
export interface Heard<T> extends Signed<T> {
  readonly signer: Address
  /** EIP-712 digest. */
  readonly hash: Hex
}

/**
 * What was heard for slots, one of each account and slot: the first. Bounded in slots, of which the earliest gives way, and
 * in each of them.
 */
export class SlotPool<T extends { slot: bigint; account: Address }> {
  readonly #slots = new Map<bigint, Map<Address, Heard<T>>>()
  readonly #hashes = new Set<Hex>()
  /** What does not give way: one of each slot. */
  readonly #own = new Map<bigint, Heard<T>>()

  has(slot: bigint, account: Address): boolean {
    return this.get(slot, account) !== undefined
  }

  /** Whether what has this digest is there. */
  knows(hash: Hex): boolean {
    return this.#hashes.has(hash)
  }

  /** Takes a value in. @returns whether it was news, and there was room */
  add(heard: Heard<T>): boolean {
    const { slot, account } = heard.value
    const known = this.#slots.get(slot)
    const all = known ?? new Map<Address, Heard<T>>()
    if (all.has(account) || all.size >= MAX_ORDERS) return false
    if (known === undefined && !this.#makeRoom(slot)) return false
    all.set(account, heard)
    this.#hashes.add(heard.hash)
    this.#slots.set(slot, all)
    return true
  }

  /** Takes in this agent's own value of a slot, for which there is room until the slot is over. */
  keep(heard: Heard<T>): void {
    this.#own.set(heard.value.slot, heard)
    this.add(heard)
  }

  get(slot: bigint, account: Address): Heard<T> | undefined {
    const own = this.#own.get(slot)
    return own?.value.account === account ? own : this.#slots.get(slot)?.get(account)
  }

  /** All that was heard for a slot, in the order in which it came. */
  of(slot: bigint): Heard<T>[] {
    return [...(this.#slots.get(slot)?.values() ?? [])]
  }

  /** The slots for which something was heard. */
  slots(): bigint[] {
    return [...this.#slots.keys()]
  }

  /** All that was heard, of the earliest slot first. */
  all(): Heard<T>[] {
    return this.slots()
      .sort((a, b) => (a < b ? -1 : 1))
      .flatMap((slot) => this.of(slot))
  }

  /** Forgets the slots of which nothing is needed any more. */
  prune(isOver: (slot: bigint) => boolean): void {
    for (const slot of this.#slots.keys()) if (isOver(slot)) this.#forget(slot)
    for (const slot of this.#own.keys()) if (isOver(slot)) this.#own.delete(slot)
  }

  /** @returns whether there is room for a slot, for which the earliest one may have given way */
  #makeRoom(slot: bigint): boolean {
    if (this.#slots.size < MAX_SLOTS) return true
    const earliest = this.slots().reduce((least, each) => (each < least ? each : least))
    if (slot < earliest) return false
    this.#forget(earliest)
    return true
  }

  #forget(slot: bigint): void {
    for (const { hash } of this.of(slot)) this.#hashes.delete(hash)
    this.#slots.delete(slot)
  }
}
