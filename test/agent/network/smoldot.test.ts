import type { Connection } from '@libp2p/interface'
import { expect } from 'chai'
import { start as startSmoldot } from 'smoldot'
import { createRelayNode } from '../../../agent/network/relay.ts'
import { foreignChain } from '../support/foreign-chain.ts'

/** Level at which smoldot tells what becomes of each connection. */
const DEBUG = 4

describe('smoldot, an implementation of libp2p in Rust', function () {
  this.timeout(30_000)

  it('completes the handshake at our WebSocket listener, and has its ping answered', async () => {
    // It knows Ed25519 keys alone, which are those of relays; transports, handshake and ping are those of agents too.
    const node = await createRelayNode({
      key: crypto.getRandomValues(new Uint8Array(32)),
      host: '127.0.0.1',
      port: 0,
      stunPort: 0,
    })
    const connected = Promise.withResolvers<Connection>()
    node.addEventListener('connection:open', ({ detail }) => connected.resolve(detail))
    await node.start()

    const [handshake, pong] = [Promise.withResolvers<string>(), Promise.withResolvers<string>()]
    const client = startSmoldot({
      maxLogLevel: DEBUG,
      logCallback(_level, target, message) {
        if (target !== 'network' || !message.includes(`peer_id=${node.peerId}`)) return
        if (message.startsWith('handshake-finished')) handshake.resolve(message)
        if (message.startsWith('pong')) pong.resolve(message)
      },
    })
    try {
      const bootNode = node
        .getMultiaddrs()
        .map(String)
        .find((address) => address.includes('/ws/'))
      await client.addChain({ chainSpec: foreignChain(bootNode ?? '') })
      expect(await handshake.promise).to.match(/remote_addr=\/ip4\/127\.0\.0\.1\/tcp\/\d+\/ws/)
      expect(await pong.promise).to.match(/ping_time=[\d.]+(ms|µs)/)
      const { encryption, multiplexer } = await connected.promise
      expect({ encryption, multiplexer }).to.deep.equal({ encryption: '/noise', multiplexer: '/yamux/1.0.0' })
    } finally {
      await client.terminate()
      await node.stop()
    }
  })
})
