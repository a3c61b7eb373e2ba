import { webSockets } from '@libp2p/websockets'
import { notInBrowsers } from '../platform/not-in-browsers.ts'
import type * as sockets from './sockets.ts'

/** Nobody can dial a page but through a relay. */
export const LISTEN: typeof sockets.LISTEN = []

export const plainTransports: typeof sockets.plainTransports = () => [webSockets()]

export const lanDiscovery: typeof sockets.lanDiscovery = () => {
  throw notInBrowsers('mdns', 'Give bootstrapPeers, which browsers need in any case.')
}

export const portForwarding: typeof sockets.portForwarding = () => {
  throw notInBrowsers('upnp', 'Give relays, through which a page can be reached.')
}
