import { multiaddr } from '@multiformats/multiaddr'
import { expect } from 'chai'
import { groupOfAsker } from '../../../../agent/protocols/services/asker-group.ts'
import { newIdentity } from '../../support/intents.ts'

const RELAY = '/ip4/127.0.0.1/tcp/1/p2p/12D3KooWGC6TvWhfapngX6wvJHMYvKpDMXPb3ZnCZ6dMoaMtimQ5'
const groups = (...addresses: string[]) =>
  new Set(addresses.map((at) => groupOfAsker(newIdentity().address, false, multiaddr(at)))).size

describe('by whom the questions of an asker are counted', () => {
  it('is its address, for keys cost nothing', () => {
    expect(groups('/ip4/192.0.2.1/tcp/1', '/ip4/192.0.2.1/tcp/2', '/ip4/192.0.2.1/udp/2/quic-v1')).to.equal(1)
    expect(groups('/ip6/2001:db8::1/tcp/1', '/ip6/2001:db8::2/tcp/1')).to.equal(1)
    expect(groups(`${RELAY}/p2p-circuit`, `${RELAY}/p2p-circuit`)).to.equal(1)
    expect(groups('/ip4/192.0.2.1/tcp/1', '/ip4/192.0.2.2/tcp/1')).to.equal(2)
  })

  it('is its key, where that has stake, or is on this machine', () => {
    const { address } = newIdentity()
    expect(groupOfAsker(address, true, multiaddr('/ip4/192.0.2.1/tcp/1'))).to.equal(address)
    expect(groups('/ip4/127.0.0.1/tcp/1', '/ip4/127.0.0.1/tcp/1')).to.equal(2)
  })

  it('is the same for all of whom no address is known', () => {
    const [one, other] = [newIdentity(), newIdentity()].map(({ address }) =>
      groupOfAsker(address, false, undefined),
    )
    expect(one).to.equal(other)
  })
})
