import type { ComponentLogger, Listener, Logger, Startable } from '@libp2p/interface'
import type { TransportManager } from '@libp2p/interface-internal'
import type { Multiaddr } from '@multiformats/multiaddr'
import { background, type Timer } from '../platform/timers.ts'
import { Backoff } from './backoff.ts'

/** How often reservations are looked after, in milliseconds. */
const INTERVAL = 1_000

interface Components {
  transportManager: TransportManager
  logger: ComponentLogger
}

/**
 * A libp2p service that keeps a reservation at each of the given relays: libp2p asks a relay once, and not again when
 * the relay was away.
 *
 * @param relays multiaddrs with peer ids
 */
export function keepReservations(relays: readonly Multiaddr[]): (components: Components) => Startable {
  return (components) => new Reservations(components, relays)
}

class Reservations implements Startable {
  readonly #transports: TransportManager
  readonly #log: Logger
  readonly #relays: readonly Multiaddr[]
  readonly #backoff = new Backoff()
  readonly #listeners = new Map<string, Listener>()
  #timer: Timer | undefined
  #isReserving = false

  constructor({ transportManager, logger }: Components, relays: readonly Multiaddr[]) {
    this.#transports = transportManager
    this.#log = logger.forComponent('mesh:reservations')
    this.#relays = relays
  }

  start(): void {
    this.#timer = background(setInterval(() => this.#reserve(), INTERVAL))
  }

  /** The transports are there only now. */
  afterStart(): void {
    void this.#reserve()
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  async #reserve(): Promise<void> {
    if (this.#isReserving) return
    this.#isReserving = true
    const missing = this.#relays.filter((relay) => !this.#isReserved(relay))
    await Promise.all(missing.map((relay) => this.#reserveAt(relay)))
    this.#isReserving = false
  }

  async #reserveAt(relay: Multiaddr): Promise<void> {
    const key = relay.toString()
    if (!this.#backoff.isDue(key)) return
    try {
      await this.#listen(relay.encapsulate('/p2p-circuit'))
      this.#backoff.succeeded(key)
    } catch (error) {
      this.#backoff.failed(key)
      this.#log('no reservation at %a - %e', relay, error)
    }
  }

  /** The transport manager makes a listener each time, and keeps those that failed; so each is made once. */
  #listen(address: Multiaddr): Promise<void> {
    const key = address.toString()
    const known = this.#listeners.get(key)
    if (known !== undefined) return known.listen(address)
    const before = this.#transports.getListeners()
    const listening = this.#transports.listen([address])
    const made = this.#transports.getListeners().find((listener) => !before.includes(listener))
    if (made !== undefined) this.#listeners.set(key, made)
    return listening
  }

  #isReserved(relay: Multiaddr): boolean {
    const peer = relay.getComponents().find(({ name }) => name === 'p2p')?.value
    return this.#transports
      .getAddrs()
      .some((address) => address.toString().includes(`/p2p/${peer}/p2p-circuit`))
  }
}
