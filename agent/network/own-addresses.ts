import type { Libp2pEvents, Startable, TypedEventTarget } from '@libp2p/interface'
import type { AddressManager, TransportManager } from '@libp2p/interface-internal'
import { isDialable } from './dialable.ts'

interface Components {
  addressManager: AddressManager
  transportManager: TransportManager
  events: TypedEventTarget<Libp2pEvents>
}

/**
 * A libp2p service that announces the public addresses of this machine that the node was told to listen at. Without
 * AutoNAT nobody else would confirm them, and libp2p tells nobody of what is not confirmed.
 */
export function announceOwnAddresses(): (components: Components) => Startable {
  return ({ addressManager, transportManager, events }) => {
    const confirm = () => {
      // A Unix socket is no place for others, and libp2p knows no address of it.
      for (const address of transportManager.getAddrs().filter(isDialable)) {
        addressManager.confirmObservedAddr(address, { type: 'transport' })
      }
    }
    return {
      start: () => events.addEventListener('transport:listening', confirm),
      stop: () => events.removeEventListener('transport:listening', confirm),
    }
  }
}
