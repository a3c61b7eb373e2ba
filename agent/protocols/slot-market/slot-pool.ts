import type { Address, Signed } from '../../../protocol/types.ts'
import { MAX_ORDERS, MAX_SLOTS } from './constants.ts'

/** What was heard for slots, one of each account and slot: the first. Bounded in slots, and in each of them. */
export class SlotPool<T> {
  readonly #slots = new Map<bigint, Map<Address, Signed<T>>>()

  has(slot: bigint, account: Address): boolean {
    return this.#slots.get(slot)?.has(account) ?? false
  }

  /** Takes a value in. @returns whether it was news, and there was room */
  add(slot: bigint, account: Address, signed: Signed<T>): boolean {
    const known = this.#slots.get(slot)
    if (known === undefined && this.#slots.size >= MAX_SLOTS) return false
    const heard = known ?? new Map<Address, Signed<T>>()
    if (heard.has(account) || heard.size >= MAX_ORDERS) return false
    heard.set(account, signed)
    this.#slots.set(slot, heard)
    return true
  }

  get(slot: bigint, account: Address): Signed<T> | undefined {
    return this.#slots.get(slot)?.get(account)
  }

  /** All that was heard for a slot, in the order in which it came. */
  of(slot: bigint): Signed<T>[] {
    return [...(this.#slots.get(slot)?.values() ?? [])]
  }

  /** The slots for which something was heard. */
  slots(): bigint[] {
    return [...this.#slots.keys()]
  }

  /** Forgets the slots of which nothing is needed any more. */
  prune(isOver: (slot: bigint) => boolean): void {
    for (const slot of this.#slots.keys()) if (isOver(slot)) this.#slots.delete(slot)
  }
}
