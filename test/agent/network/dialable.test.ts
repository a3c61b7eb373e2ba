import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { multiaddr } from '@multiformats/multiaddr'
import { expect } from 'chai'
import { dialable, isDialable } from '../../../agent/network/dialable.ts'
import { openPeerRecord, sealPeerRecord } from '../../../agent/network/rendezvous/peer-record.ts'
import { openStream } from '../../../agent/network/streams.ts'
import { newIdentity } from '../support/intents.ts'
import { temporaryNodes } from '../support/nodes.ts'

const PEER = '12D3KooWQYhTNQdmr3ArTeUHRYzFg94BKyTkoWBDWez9kSCVe2Xo'
const HASH = 'uEiAkH5a4DPGKUuOBjYw0CgwjvcJCJMD2K_1aluKR_tpevQ'

describe('where an agent may be told to dial', function () {
  this.timeout(20_000)
  const start = temporaryNodes()
  const servers: Server[] = []
  after(() => {
    for (const server of servers) server.close()
  })

  it('are the ways of the mesh, with and without the peer, and through a relay', () => {
    const ways = [
      '/ip4/1.2.3.4/udp/4001/quic-v1',
      '/ip6/2001:db8::1/tcp/4001',
      '/dns/xn--bcher-kva.example/tcp/4001',
      '/ip4/127.0.0.1/tcp/4002/ws',
      '/dns4/localhost/tcp/4002/ws',
      '/dns4/mesh-1.example.org/tcp/443/wss',
      '/dns6/3com.example.org/tcp/443/tls/ws',
      '/dns4/a.example/tcp/443/tls/sni/b.example/ws',
      `/ip4/1.2.3.4/udp/4003/webrtc-direct/certhash/${HASH}`,
    ]
    for (const way of ways) {
      for (const end of ['', `/p2p/${PEER}`]) {
        for (const relayed of [
          '',
          '/p2p-circuit',
          '/p2p-circuit/webrtc',
          `/p2p-circuit/webrtc/p2p/${PEER}`,
        ]) {
          expect(isDialable(multiaddr(way + end + relayed)), way + end + relayed).to.equal(true)
        }
      }
    }
  })

  it('are nothing that would become another URL', () => {
    const names = [
      ...['10.0.0.1:80', 'a?b', 'a#', 'a\\b', 'a@b', 'user:word@a', 'a b', 'a%2e', '[::1]', 'ä.example', ''],
      // What URLs take for IPv4 addresses.
      ...['127.0.0.1', '2130706433', '0x7f.1', '127.1', 'a.0x7f', 'a.1', '127.0.0.1.'],
      ...['-a', 'a-', 'a..b', '.a', `${'a'.repeat(64)}.example`, `${'a.'.repeat(127)}aa`],
    ]
    for (const name of names) {
      const parts = [{ code: 54, name: 'dns4', value: name }]
      const sni = [
        { code: 54, name: 'dns4', value: 'a.example' },
        { code: 6, name: 'tcp', value: '1' },
        { code: 448, name: 'tls' },
        { code: 449, name: 'sni', value: name },
        { code: 477, name: 'ws' },
      ]
      expect(isDialable(multiaddr([...parts, { code: 6, name: 'tcp', value: '1' }])), name).to.equal(false)
      expect(isDialable(multiaddr(sni)), name).to.equal(false)
    }
  })

  it('are nothing of another shape', () => {
    const others = [
      '/unix/tmp%2Fsocket',
      '/memory/1',
      '/dnsaddr/example.org',
      '/ip4/1.2.3.4/tcp/80/http',
      '/ip4/1.2.3.4/tcp/80/ws/http-path/admin',
      '/ip4/1.2.3.4/tcp/80/tcp/81',
      '/ip4/1.2.3.4/udp/80',
      '/ip4/1.2.3.4/tcp/80/p2p-circuit/p2p-circuit',
      `/p2p/${PEER}`,
    ]
    for (const other of others) expect(isDialable(multiaddr(other)), other).to.equal(false)
    expect(dialable([...others, 'nonsense', '', '/ip4/1.2.3.4/tcp/80'], PEER).map(String)).to.deep.equal([
      `/ip4/1.2.3.4/tcp/80/p2p/${PEER}`,
    ])
  })

  it('is asked whoever told of it: no request goes to where a name leads astray', async () => {
    const requests: (string | undefined)[] = []
    const server = createServer().on('upgrade', ({ url }, socket) => {
      requests.push(url)
      socket.destroy()
    })
    servers.push(server.listen(0, '127.0.0.1'))
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const endpoint = `/dns4/127.0.0.1:${port}?reboot=1/tcp/80/ws`
    const identity = newIdentity()
    const node = await start({ listen: [] })
    const signal = AbortSignal.timeout(5_000)
    const { peerId, multiaddrs } = await openPeerRecord(await sealPeerRecord(identity.libp2pKey, [endpoint]))
    const attempts = [
      node.dial(multiaddr(`${endpoint}/p2p/${peerId}`), { signal }),
      openStream(node, peerId, '/test/1', { signal, endpoints: [endpoint] }),
    ]
    for (const { status } of await Promise.allSettled(attempts)) expect(status).to.equal('rejected')
    expect(requests).to.deep.equal([])
    expect(multiaddrs).to.deep.equal([])
  })
})
