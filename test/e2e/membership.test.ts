import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@chainsafe/libp2p-yamux'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { identify } from '@libp2p/identify'
import { tcp } from '@libp2p/tcp'
import { expect } from 'chai'
import { createLibp2p } from 'libp2p'
import { ConfigError, MeshNetwork } from '../../agent/index.ts'
import { temporaryPaths } from '../agent/support/temporary.ts'
import { until } from '../agent/support/until.ts'
import { startMarket, type TestMarket } from './support/market.ts'

describe('an agent of the SDK', function () {
  this.timeout(60_000)
  const path = temporaryPaths()
  let market: TestMarket

  before(async () => {
    market = await startMarket()
  })

  after(() => market.stop())

  it('has its directory for itself, says so to whoever else wants it, and leaves it to the next', async () => {
    const directory = path('agent')
    const first = await market.join({ directory })
    const second = new MeshNetwork({ network: market.descriptor(), directory })
    const error = await second.connect().catch((reason: unknown) => reason)
    expect(error).to.be.instanceOf(ConfigError).that.includes({ code: 'DIRECTORY_IN_USE' })
    await first.disconnect()
    await second.connect()
    expect(second.address).to.equal(first.address)
    await second.disconnect()
  })

  it('leaves its directory free when it could not connect', async () => {
    const directory = path('agent')
    const wrong = new MeshNetwork({ network: market.descriptor(), directory, relays: ['nowhere'] })
    const error = await wrong.connect().catch((reason: unknown) => reason)
    expect(error).to.be.instanceOf(ConfigError).that.includes({ code: 'MULTIADDR_INVALID' })
    await market.join({ directory })
  })

  it('comes back after a restart to peers that nobody names to it', async () => {
    const directory = path('agent')
    const peer = await market.join()
    const before = await market.join({ directory, bootstrapPeers: peer.endpoints })
    await before.disconnect()
    const again = await market.join({ directory })
    await until(() => again.connections.some(({ peerId }) => peerId === peer.peerId.toString()))
  })

  it('connects to a bootstrap peer with an RSA key, a Qm... id, that is no agent', async () => {
    const rsa = await createLibp2p({
      privateKey: await generateKeyPair('RSA', 2048),
      addresses: { listen: ['/ip4/127.0.0.1/tcp/0'] },
      transports: [tcp()],
      connectionEncrypters: [noise()],
      streamMuxers: [yamux()],
      services: { identify: identify() },
    })
    try {
      const agent = await market.join({ bootstrapPeers: rsa.getMultiaddrs().map(String) })
      expect(agent.connections.map(({ peerId }) => peerId)).to.deep.equal([rsa.peerId.toString()])
      expect(rsa.peerId.toString()).to.match(/^Qm/)
    } finally {
      await rsa.stop()
    }
  })
})
