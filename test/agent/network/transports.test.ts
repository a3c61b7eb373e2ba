import { registerHooks } from 'node:module'
import type { Address } from '@libp2p/interface'
import { multiaddr } from '@multiformats/multiaddr'
import { expect } from 'chai'
import { speaksWebrtc } from '../../../agent/network/reach.ts'
import { byTransport, transportsOf } from '../../../agent/network/transports.ts'
import { ConfigError } from '../../../protocol/errors.ts'
import { temporaryNodes } from '../support/nodes.ts'

/** How to listen with each transport, in the order in which they are dialled. */
const LISTEN = {
  quic: '/ip4/127.0.0.1/udp/0/quic-v1',
  tcp: '/ip4/127.0.0.1/tcp/0',
  websocket: '/ip4/127.0.0.1/tcp/0/ws',
  'webrtc-direct': '/ip4/127.0.0.1/udp/0/webrtc-direct',
}

describe('transports', function () {
  this.timeout(30_000)
  const start = temporaryNodes()

  for (const [name, listen] of Object.entries(LISTEN)) {
    it(`connect over ${name}, and prove both keys`, async () => {
      const [dialer, listener] = await Promise.all([
        start({ listen: [], webrtc: true }),
        start({ listen: [listen] }),
      ])
      const connection = await dialer.dial(listener.getMultiaddrs())
      expect(listener.getMultiaddrs().map(String)).to.include(connection.remoteAddr.toString())
      expect(connection.remotePeer.toString()).to.equal(listener.peerId.toString())
      expect(connection.limits).to.equal(undefined)
      expect(await dialer.services.ping.ping(listener.peerId)).to.be.a('number')
      expect(listener.getConnections(dialer.peerId)).to.have.length(1)
    })
  }

  it('are dialled in this order: QUIC first, and the next one where one does not answer', async () => {
    const dialer = await start({ listen: [], webrtc: true })
    const used: string[] = []
    const names = Object.keys(LISTEN) as (keyof typeof LISTEN)[]
    for (const first of names.keys()) {
      // TCP before QUIC, so that it is not the order in which they are told.
      const listener = await start({
        listen: names
          .slice(first)
          .reverse()
          .map((name) => LISTEN[name]),
      })
      const { remoteAddr } = await dialer.dial(listener.getMultiaddrs())
      used.push(remoteAddr.toString())
    }
    for (const [index, part] of ['/quic-v1', '/tcp/', '/ws', '/webrtc-direct'].entries()) {
      expect(used[index]).to.include(part)
    }
  })

  it('come last in the order where they lead through a relay, WebRTC before what stays relayed', () => {
    const peer = 'p2p/12D3KooWDw1jjUN8S5buZaxuUiT7bHTnMsRjtDDpZ5NsYYbno7WV'
    const addresses = [
      `/ip4/1.2.3.4/udp/1/quic-v1/${peer}/p2p-circuit`,
      `/ip4/1.2.3.4/tcp/1/${peer}/p2p-circuit/webrtc`,
      '/ip4/1.2.3.4/udp/2/webrtc-direct',
      '/ip4/1.2.3.4/tcp/1/ws',
      '/ip4/1.2.3.4/tcp/1',
      '/ip4/1.2.3.4/udp/1/quic-v1',
    ]
    const sorted = addresses
      .map((address): Address => ({ multiaddr: multiaddr(address), isCertified: false }))
      .sort(byTransport)
    expect(sorted.map((address) => address.multiaddr.toString())).to.deep.equal(addresses.toReversed())
  })

  it('are WebRTC where it is asked for alone, or follows from a relay, an address to listen at, or all to begin with', () => {
    expect(speaksWebrtc({ listen: [LISTEN.quic] })).to.equal(false)
    expect(speaksWebrtc({ listen: [LISTEN.quic], webrtc: true })).to.equal(true)
    expect(speaksWebrtc({ listen: [LISTEN['webrtc-direct']] })).to.equal(true)
    expect(speaksWebrtc({ listen: [], relays: ['/ip4/1.2.3.4/tcp/1'] })).to.equal(true)
    expect(speaksWebrtc({ listen: [], relays: ['/ip4/1.2.3.4/tcp/1'], webrtc: false })).to.equal(false)
    const direct = '/ip4/1.2.3.4/udp/1/webrtc-direct'
    expect(speaksWebrtc({ listen: [], bootstrapPeers: [direct] })).to.equal(true)
    expect(speaksWebrtc({ listen: [], bootstrapPeers: [direct, LISTEN.tcp] })).to.equal(false)
  })

  it('name the package that WebRTC misses, and how to get it; without WebRTC nothing is missing', async () => {
    const hooks = registerHooks({
      resolve(specifier, context, next) {
        return next(specifier === '@libp2p/webrtc' ? '@libp2p/not-installed' : specifier, context)
      },
    })
    try {
      const error = await transportsOf({ webrtc: true }).catch((reason: unknown) => reason)
      expect(error)
        .to.be.instanceOf(ConfigError)
        .that.includes({ code: 'PACKAGE_MISSING', field: '@libp2p/webrtc' })
      expect(String(error)).to.include('npm install @libp2p/webrtc')
      expect(await transportsOf({})).to.have.length(4)
    } finally {
      hooks.deregister()
    }
  })
})
