import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@chainsafe/libp2p-yamux'
import { type AutoNATComponents, autoNAT } from '@libp2p/autonat'
import type { Connection } from '@libp2p/interface'
import { createLibp2p } from 'libp2p'
import { RefusedError } from '../../protocol/errors.ts'
import { onlyDialable } from './dialable.ts'
import { plainTransports } from './sockets.ts'

/** Dials that are made for others at a time. */
const MAX_DIALS = 8

type ConnectionManager = AutoNATComponents['connectionManager']
type Dial = ConnectionManager['openConnection']

/**
 * AutoNAT v1, in which each peer dials others back on request, so that they learn at which public addresses they can be
 * reached. libp2p's own takes the connection over which it is asked for the one that it should make, finds the wrong
 * address, and hangs up; so somebody else dials: for each time a node without services and with a key of its own.
 */
export function autonat(): (components: AutoNATComponents) => unknown {
  return (components) => {
    const own = components.connectionManager
    const dialBack = boundedDials()
    const openConnection: Dial = (to, options) =>
      // It dials single addresses for others, and lists of them to find peers for itself.
      !Array.isArray(to) && 'getComponents' in to ? dialBack(to, options) : own.openConnection(to, options)
    const connectionManager = replaced(own, 'openConnection', openConnection)
    return autoNAT()(replaced(components, 'connectionManager', connectionManager))
  }
}

function boundedDials(): Dial {
  let running = 0
  return async (to, options) => {
    if (running >= MAX_DIALS)
      throw new RefusedError('TOO_MANY_DIALS', 'Too many peers are dialled back.', {
        remedy: 'Ask another peer, or later.',
      })
    running += 1
    return dialAsStranger(to, options, () => {
      running -= 1
    })
  }
}

/** @param onEnd called when the connection is closed, or could not be made */
async function dialAsStranger(
  ...[to, options, onEnd]: [...Parameters<Dial>, () => void]
): Promise<Connection> {
  const node = await createLibp2p({
    transports: plainTransports(),
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    connectionGater: onlyDialable,
  })
  const end = async () => {
    onEnd()
    await node.stop()
  }
  try {
    const connection = await node.dial(to, options)
    connection.addEventListener('close', () => void end().catch(() => undefined), { once: true })
    return connection
  } catch (error) {
    await end()
    throw error
  }
}

/** An object with one member replaced; libp2p's are looked up by name, so they cannot be copied. */
function replaced<T extends object>(target: T, name: keyof T, value: unknown): T {
  return new Proxy(target, {
    get(_, member) {
      if (member === name) return value
      const other: unknown = Reflect.get(target, member)
      return typeof other === 'function' ? other.bind(target) : other
    },
  })
}
