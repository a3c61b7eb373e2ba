import type { ConnectionGater, MultiaddrConnection } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'
import { z } from 'zod'
import { ConfigError } from '../../protocol/errors.ts'
import { membersOf } from '../../protocol/input.ts'
import { type AddressGroup, groupOf, isWithin, parseRange, type Range } from './ip-ranges.ts'

/** How many connections others may make to this agent from one address; settable by its owner. */
export interface ConnectionLimits {
  /** Open at a time from one IPv4 address, one IPv6 /64, or through one relay. By default 32. */
  perAddress: number
  /** Of these, in their handshake: it costs 54 ms of CPU to find out who somebody is. By default 8. */
  pendingPerAddress: number
  /**
   * Ranges that are not limited but in their handshakes, 96 of each transport at a time from all of them:
   * `['127.0.0.0/8', '::1/128']` by default, many agents of one machine.
   */
  exempt: readonly string[]
}

export const connectionLimitsSchema = membersOf<Partial<ConnectionLimits>>({
  perAddress: z.exactOptional(z.number()),
  pendingPerAddress: z.exactOptional(z.number()),
  exempt: z.exactOptional(z.array(z.string())),
})

const defaultConnectionLimits: ConnectionLimits = {
  perAddress: 32,
  pendingPerAddress: 8,
  exempt: ['127.0.0.0/8', '::1/128'],
}

/**
 * Most handshakes at a time of all that are exempt, by one kind of transport: any page that a browser shows here can
 * begin WebSockets, and must not take the places of others.
 */
const MAX_PENDING_EXEMPT = 96

interface Held {
  readonly open: Set<MultiaddrConnection>
  readonly pending: Set<MultiaddrConnection>
}

/**
 * Bounds what one address holds of this agent's connections: identities cost nothing, addresses do. It counts what comes
 * in; whom this agent dials, it has chosen. Memory is bounded by libp2p's own bound of all connections.
 */
export class AddressLimits {
  readonly #limits: ConnectionLimits
  readonly #exempt: readonly Range[]
  readonly #held = new Map<AddressGroup, Held>()

  /** @throws ConfigError `CONNECTION_LIMITS_INVALID` */
  constructor(limits: Partial<ConnectionLimits> = {}) {
    this.#limits = { ...defaultConnectionLimits, ...limits }
    const { perAddress, pendingPerAddress, exempt } = this.#limits
    for (const [field, value] of Object.entries({ perAddress, pendingPerAddress })) {
      if (!Number.isSafeInteger(value) || value < 1) throw invalid(field, 'a whole number from 1', value)
    }
    this.#exempt = exempt.map((text) => {
      const range = parseRange(text)
      if (range === undefined) throw invalid('exempt', 'ranges as 10.0.0.0/8 or fd00::/8', text)
      return range
    })
  }

  /** Whether an IP address, as text, is not limited. */
  isExempt(address: string): boolean {
    const single = parseRange(address)
    return single !== undefined && this.#exempt.some((range) => isWithin(single, range))
  }

  /** Counts a connection that somebody begins, until it ends. @returns false, and counts nothing, when it is one too many */
  admit(connection: MultiaddrConnection): boolean {
    const { group, perAddress, pendingPerAddress } = this.#boundsOf(connection.remoteAddr)
    const held = this.#held.get(group) ?? { open: new Set(), pending: new Set() }
    if (held.open.size >= perAddress || held.pending.size >= pendingPerAddress) return false
    held.open.add(connection)
    held.pending.add(connection)
    this.#held.set(group, held)
    connection.addEventListener('close', () => this.#end(group, held, connection), { once: true })
    return true
  }

  /** The handshake of a connection is over. */
  establish(connection: MultiaddrConnection): void {
    this.#held.get(this.#boundsOf(connection.remoteAddr).group)?.pending.delete(connection)
  }

  /** What a connection gater of libp2p asks. */
  get gate(): Pick<Required<ConnectionGater>, 'denyInboundConnection' | 'denyInboundUpgradedConnection'> {
    return {
      denyInboundConnection: (connection) => !this.admit(connection),
      denyInboundUpgradedConnection: (_peer, connection) => {
        this.establish(connection)
        return false
      },
    }
  }

  #boundsOf(remote: Multiaddr): Pick<ConnectionLimits, 'perAddress' | 'pendingPerAddress'> & {
    group: AddressGroup
  } {
    const { group, range } = groupOf(remote)
    if (range === undefined || !this.#exempt.some((exempt) => isWithin(range, exempt))) {
      return { group, ...this.#limits }
    }
    const transport = remote
      .getComponents()
      .slice(1)
      .map(({ name }) => name)
    return {
      group: `exempt ${transport.join('/')}`,
      perAddress: Number.POSITIVE_INFINITY,
      pendingPerAddress: MAX_PENDING_EXEMPT,
    }
  }

  #end(group: AddressGroup, held: Held, connection: MultiaddrConnection): void {
    held.open.delete(connection)
    held.pending.delete(connection)
    if (held.open.size === 0) this.#held.delete(group)
  }
}

function invalid(field: string, expected: string, received: unknown): ConfigError {
  return new ConfigError('CONNECTION_LIMITS_INVALID', 'The limits of connections cannot be used.', {
    field: `connectionLimits.${field}`,
    expected,
    received,
    remedy: 'Change it, or leave it out for the default.',
  })
}
