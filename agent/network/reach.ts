import { z } from 'zod'
import type { Shape } from '../../protocol/input.ts'
import { addressesSchema } from './peer-addresses.ts'

/** How a node reaches others, and is reached; all of it is optional. */
export interface Reach {
  /**
   * Multiaddrs with peer ids of relays to reserve at, for a node that cannot be dialled; see `mesh relay`. Such a node
   * tells what leads to it through them, and of its private addresses only neighbours (`mdns`).
   */
  relays?: string[]
  /**
   * Whether WebRTC is spoken: directly, and between two peers behind a relay. By default where `relays` or a WebRTC
   * address in `listen` is given, or all bootstrap peers are at such. It needs the package `@libp2p/webrtc`.
   */
  webrtc?: boolean
  /** STUN servers that tell a node behind a NAT its public address, e.g. `stun:relay.example:3478`; none by default. */
  stunServers?: string[]
  /** Multiaddrs to announce besides those that are found out, e.g. of a port that a router forwards. */
  announce?: string[]
  /**
   * Origins, e.g. `https://app.example.org`, whose pages may connect over WebSockets from this machine besides its own
   * (`http://localhost:5173`); `*` for all. What a web server on this machine passes on comes from this machine, too;
   * connections from others are not asked for their origin.
   */
  webSocketOrigins?: string[]
  /** Asks the router by UPnP to forward ports, and announces them. */
  upnp?: boolean
  /**
   * Announces public addresses of this machine only when peers have dialled them back (AutoNAT v1), and dials others
   * back. By default those that it listens at are announced at once.
   */
  autonat?: boolean
}

export const reachShape: Shape<Reach> = {
  relays: z.array(z.string()).optional(),
  webrtc: z.boolean().optional(),
  stunServers: z.array(z.string()).optional(),
  announce: addressesSchema.optional(),
  webSocketOrigins: z
    .array(
      z
        .string()
        .regex(/^(\*|[a-z][a-z0-9+.-]*:\/\/[^/]+)$/, "an origin, such as https://app.example.org, or '*'"),
    )
    .optional(),
  upnp: z.boolean().optional(),
  autonat: z.boolean().optional(),
}

/** Whether WebRTC is spoken: said so, or implied by relays, by an address to listen at, or by those to begin with. */
export function speaksWebrtc({
  relays = [],
  webrtc,
  listen,
  bootstrapPeers = [],
}: Reach & { listen: readonly string[]; bootstrapPeers?: readonly string[] }): boolean {
  return webrtc ?? (relays.length > 0 || listen.some(isWebrtc) || needsWebrtc(bootstrapPeers))
}

/** Whether there are addresses, and WebRTC alone leads to them. */
export function needsWebrtc(addresses: readonly string[]): boolean {
  return addresses.length > 0 && addresses.every(isWebrtc)
}

function isWebrtc(address: string): boolean {
  return address.includes('/webrtc')
}
