import { expect } from 'chai'
import { parsePeerAddresses } from '../../../agent/network/peer-addresses.ts'
import { ConfigError } from '../../../protocol/errors.ts'
import { newNode } from '../support/nodes.ts'

const PEER = '12D3KooWDw1jjUN8S5buZaxuUiT7bHTnMsRjtDDpZ5NsYYbno7WV'

describe('parsePeerAddresses', () => {
  it('takes multiaddrs that name a peer, of whatever kind of key', () => {
    const addresses = [
      `/ip4/1.2.3.4/udp/4001/quic-v1/p2p/${PEER}`,
      '/dnsaddr/bootstrap.example.org/p2p/QmNnooDu7bfjPFoTZYxMNLWUQJyrVwtbZg5gBMjTezGAJN',
    ]
    expect(parsePeerAddresses('relays', addresses).map(String)).to.deep.equal(addresses)
  })

  const wrong = [
    '',
    'nonsense',
    '/ip4/1.2.3.4/tcp/4001',
    '/ip4/1.2.3/tcp/1/p2p/12D3KooW',
    `http://x/p2p/${PEER}`,
  ]
  for (const address of wrong) {
    it(`names the setting and what it received for "${address}"`, () => {
      expect(() => parsePeerAddresses('relays', [`/ip4/1.2.3.4/tcp/1/p2p/${PEER}`, address]))
        .to.throw(ConfigError)
        .that.includes({ code: 'MULTIADDR_INVALID', field: 'relays[1]', received: address })
    })
  }

  it('is what a node does with its settings', async () => {
    const error = await newNode({ bootstrapPeers: ['nowhere'] }).catch((reason: unknown) => reason)
    expect(error).to.include({ code: 'MULTIADDR_INVALID', field: 'network.bootstrapPeers[0]' })
  })
})
