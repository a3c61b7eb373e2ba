import type { Registered, RendezvousStatus } from '../../../protocol/wire/rendezvous.ts'
import type { AddressGroup } from '../ip-ranges.ts'

/** How much a point remembers. */
export interface RegistrationLimits {
  /** Registrations of one peer. */
  perPeer: number
  /** Registrations from one address. */
  perAddress: number
  /** Registrations in all; each takes up to 1.3 kB. */
  total: number
}

interface Registration extends Omit<Registered, 'ttl'> {
  peer: string
  address: AddressGroup
  /** Whether it is known to have stake. */
  isStaked: boolean
  /** Grows with each one. */
  sequence: number
  /** Monotonic milliseconds. */
  expiresAt: number
}

type Entry = [key: string, registration: Registration]

/** Bytes of a cookie: which memory it was given out by, and the last registration that was told. */
const COOKIE = { memory: 8, sequence: 8 }

export interface RegistrationsInit {
  /** 8 random bytes. */
  memory: Uint8Array
  /** Peers that are connected. */
  connected: () => ReadonlySet<string>
  /** Monotonic milliseconds. */
  clock?: () => number
}

/**
 * Who registered at a point, in bounded memory. When it is full, those that have left make room first, then those without
 * stake for those with it; and among equals the address that has most, so that many identities behind one address keep
 * nobody else out. When an address is full, its peer that has most makes room.
 */
export class Registrations {
  readonly #limits: RegistrationLimits
  readonly #connected: RegistrationsInit['connected']
  readonly #clock: () => number
  /** By peer and namespace; those that were made or renewed last at the end. */
  readonly #entries = new Map<string, Registration>()
  /** Tells its cookies from those of an earlier process. */
  readonly #memory: Uint8Array
  #sequence = 0

  constructor(
    limits: RegistrationLimits,
    { memory, connected, clock = () => performance.now() }: RegistrationsInit,
  ) {
    this.#limits = limits
    this.#memory = memory
    this.#connected = connected
    this.#clock = clock
  }

  /** How many there are. */
  get size(): number {
    return this.#entries.size
  }

  /**
   * Takes a registration, in place of an earlier one of the same peer in the same namespace.
   *
   * @param registration.ttl seconds that it holds
   * @returns OK, `E_NOT_AUTHORIZED` when the peer or its address has too many, `E_UNAVAILABLE` when there is no room
   */
  add({
    ttl,
    ...registration
  }: Registered & Pick<Registration, 'peer' | 'address' | 'isStaked'>): Extract<
    RendezvousStatus,
    'OK' | 'E_NOT_AUTHORIZED' | 'E_UNAVAILABLE'
  > {
    this.#expire()
    const { peer, address, namespace, isStaked } = registration
    const key = keyOf(peer, namespace)
    if (!this.#entries.has(key)) {
      const { perPeer, perAddress, total } = this.#limits
      if (this.#count((other) => other.peer === peer) >= perPeer) return 'E_NOT_AUTHORIZED'
      const near = [...this.#entries].filter(([, other]) => other.address === address)
      if (near.length >= perAddress && !this.#dropOneOf(near, peer, isStaked)) return 'E_NOT_AUTHORIZED'
      const isFull = this.#entries.size >= total
      if (isFull && !this.#dropAbsent([...this.#entries], isStaked) && !this.#makeRoom(address, isStaked)) {
        return 'E_UNAVAILABLE'
      }
    }
    this.#entries.delete(key)
    const sequence = ++this.#sequence
    this.#entries.set(key, { ...registration, sequence, expiresAt: this.#clock() + ttl * 1000 })
    return 'OK'
  }

  /** Forgets a registration, where there is one. */
  remove(peer: string, namespace: string): void {
    this.#entries.delete(keyOf(peer, namespace))
  }

  /** The signed record that a peer registered last, or undefined. */
  recordOf(peer: string): Uint8Array | undefined {
    return [...this.#entries.values()].findLast((entry) => entry.peer === peer)?.record
  }

  /**
   * Those that were made or renewed since a cookie was given out, or all; the earliest first.
   *
   * @param question.namespace undefined for all
   * @param question.limit most that are told
   * @returns them, with the cookie that leads on from there; undefined when the cookie is not of this memory
   */
  find(question: {
    namespace?: string | undefined
    limit: number
    cookie?: Uint8Array | undefined
  }): { registrations: Registered[]; cookie: Uint8Array } | undefined {
    this.#expire()
    const { namespace, limit, cookie } = question
    const after = cookie === undefined ? 0 : this.#sequenceOf(cookie)
    if (after === undefined) return undefined
    const news = [...this.#entries.values()].filter(
      (entry) => entry.sequence > after && (namespace === undefined || entry.namespace === namespace),
    )
    const told = news.slice(0, limit)
    const now = this.#clock()
    return {
      registrations: told.map(({ namespace, record, expiresAt }) => ({
        namespace,
        record,
        ttl: Math.ceil((expiresAt - now) / 1000),
      })),
      cookie: this.#cookieOf(told.at(-1)?.sequence ?? after),
    }
  }

  /** Makes room among those of an address. */
  #dropOneOf(near: readonly Entry[], peer: string, isStaked: boolean): boolean {
    if (this.#dropAbsent(near, isStaked)) return true
    const byPeer = Map.groupBy(near, ([, entry]) => entry.peer)
    const most = [...byPeer.values()].reduce((a, b) => (b.length > a.length ? b : a), [])
    const [oldest] = most
    if (oldest === undefined || most.length <= (byPeer.get(peer)?.length ?? 0) + 1) return false
    return this.#entries.delete(oldest[0])
  }

  /** Drops the oldest of those that have left; of these with stake none for one without. */
  #dropAbsent(among: readonly Entry[], isStaked: boolean): boolean {
    const connected = this.#connected()
    const oldest = among.find(([, entry]) => !connected.has(entry.peer) && (isStaked || !entry.isStaked))
    return oldest !== undefined && this.#entries.delete(oldest[0])
  }

  #makeRoom(address: AddressGroup, isStaked: boolean): boolean {
    const unstaked = [...this.#entries].filter(([, entry]) => !entry.isStaked)
    const hasPrecedence = isStaked && unstaked.length > 0
    const equals = isStaked && !hasPrecedence ? [...this.#entries] : unstaked
    const byAddress = Map.groupBy(equals, ([, entry]) => entry.address)
    const most = [...byAddress.values()].reduce((a, b) => (b.length > a.length ? b : a), [])
    const own = hasPrecedence ? 0 : (byAddress.get(address)?.length ?? 0) + 1
    const [oldest] = most
    if (oldest === undefined || most.length <= own) return false
    return this.#entries.delete(oldest[0])
  }

  #count(test: (entry: Registration) => boolean): number {
    return [...this.#entries.values()].filter(test).length
  }

  #expire(): void {
    const now = this.#clock()
    for (const [key, { expiresAt }] of this.#entries) if (expiresAt <= now) this.#entries.delete(key)
  }

  #cookieOf(sequence: number): Uint8Array {
    const cookie = new Uint8Array(COOKIE.memory + COOKIE.sequence)
    cookie.set(this.#memory)
    new DataView(cookie.buffer).setBigUint64(COOKIE.memory, BigInt(sequence))
    return cookie
  }

  #sequenceOf(cookie: Uint8Array): number | undefined {
    if (cookie.length !== COOKIE.memory + COOKIE.sequence) return undefined
    if (this.#memory.some((byte, index) => byte !== cookie[index])) return undefined
    return Number(new DataView(cookie.buffer, cookie.byteOffset).getBigUint64(COOKIE.memory))
  }
}

function keyOf(peer: string, namespace: string): string {
  return `${peer} ${namespace}`
}
