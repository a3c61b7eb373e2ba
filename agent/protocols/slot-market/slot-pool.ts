import type { Address, Hex, Signed } from '../../../protocol/types.ts'
import { MAX_ORDERS, MAX_SLOTS } from './constants.ts'

/** What was heard, and by whom and how it was signed. */
export interface Heard<T> extends Signed<T> {
  readonly signer: Address
  /** EIP-712 digest. */
  readonly hash: Hex
}

/** What was heard for slots, one of each account and slot: the first. Bounded in slots, and in each of them. */
export class SlotPool<T extends { slot: bigint; account: Address }> {
  readonly #slots = new Map<bigint, Map<Address, Heard<T>>>()
  readonly #hashes = new Set<Hex>()

  has(slot: bigint, account: Address): boolean {
    return this.#slots.get(slot)?.has(account) ?? false
  }

  /** Whether what has this digest is there. */
  knows(hash: Hex): boolean {
    return this.#hashes.has(hash)
  }

  /** Takes a value in. @returns whether it was news, and there was room */
  add(heard: Heard<T>): boolean {
    const { slot, account } = heard.value
    const known = this.#slots.get(slot)
    if (known === undefined && this.#slots.size >= MAX_SLOTS) return false
    const all = known ?? new Map<Address, Heard<T>>()
    if (all.has(account) || all.size >= MAX_ORDERS) return false
    all.set(account, heard)
    this.#hashes.add(heard.hash)
    this.#slots.set(slot, all)
    return true
  }

  get(slot: bigint, account: Address): Heard<T> | undefined {
    return this.#slots.get(slot)?.get(account)
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
    for (const slot of this.#slots.keys()) {
      if (!isOver(slot)) continue
      for (const { hash } of this.of(slot)) this.#hashes.delete(hash)
      this.#slots.delete(slot)
    }
  }
}
