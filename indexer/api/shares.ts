/** Counts what each address has of something at a time, so that no client can use up what there is for all. */
export class Shares {
  readonly #most: number
  readonly #taken = new Map<string, number>()

  /** @param most of one address; see `groupOf` */
  constructor(most: number) {
    this.#most = most
  }

  /**
   * Takes one more for an address.
   *
   * @param address as `remoteAddress` has it, undefined when the client has gone
   * @returns a function that gives it back; undefined when the address has as many as it may
   */
  take(address: string | undefined): (() => void) | undefined {
    const group = groupOf(address)
    const count = this.#taken.get(group) ?? 0
    if (count >= this.#most) return undefined
    this.#taken.set(group, count + 1)
    return () => {
      const left = (this.#taken.get(group) ?? 1) - 1
      if (left > 0) this.#taken.set(group, left)
      else this.#taken.delete(group)
    }
  }
}

/** IPv4 within IPv6, as a server that listens to both sees it. */
const MAPPED = /^::ffff:(?=[\d.]+$)/i

/**
 * Whose an address is: an IPv4 address, or the /64 of an IPv6 address, which is one customer's (RFC 6177).
 *
 * @param address as `remoteAddress` has it, undefined when the client has gone
 */
export function groupOf(address = ''): string {
  const plain = address.replace(MAPPED, '')
  if (!plain.includes(':')) return plain
  const [head = [], tail] = plain.split('::').map((part) => part.split(':').filter((word) => word !== ''))
  const zeros = tail === undefined ? 0 : Math.max(8 - head.length - tail.length, 0)
  const words = [...head, ...Array<string>(zeros).fill('0'), ...(tail ?? [])]
  return words.slice(0, 4).join(':')
}
