import { multiaddr } from '@multiformats/multiaddr'
import { expect } from 'chai'
import { meaningfulFrom } from '../../../agent/network/nearness.ts'
import { type Relay, startRelay } from '../../../agent/network/relay.ts'
import { openToldRecord, sealPeerRecord } from '../../../agent/network/rendezvous/peer-record.ts'
import { newIdentity } from '../support/intents.ts'
import { temporaryNodes } from '../support/nodes.ts'
import { until } from '../support/until.ts'

const RELAY = '12D3KooWQYhTNQdmr3ArTeUHRYzFg94BKyTkoWBDWez9kSCVe2Xo'
const PUBLIC = ['/ip4/44.44.0.1/tcp/1', '/ip6/2a00:1450::1/tcp/1', '/dns4/mesh.example.org/tcp/1/ws']
const PRIVATE = [
  ...['10.0.0.1', '172.16.0.1', '192.168.1.1', '169.254.169.254', '100.64.0.1'].map(
    (ip) => `/ip4/${ip}/tcp/1`,
  ),
  ...['fd00::1', 'fe80::1', '::ffff:10.0.0.1', '64:ff9b::a00:1', '2002:a00:1::1'].map(
    (ip) => `/ip6/${ip}/tcp/1`,
  ),
  ...['router', 'nas.local', 'db.internal', 'box.home.arpa'].map((name) => `/dns4/${name}/tcp/1/ws`),
]
const LOOPBACK = [
  ...[
    '/ip4/127.0.0.1/tcp/1',
    '/ip4/127.9.9.9/tcp/1',
    '/ip4/0.0.0.0/tcp/1',
    '/ip6/::1/tcp/1',
    '/ip6/::/tcp/1',
  ],
  ...['/ip6/::ffff:127.0.0.1/tcp/1', '/dns4/localhost/tcp/1/ws', '/dns/a.localhost/tcp/1/ws'],
]
/** A relay is what is dialled. */
const relayed = (addresses: string[]) => addresses.map((each) => `${each}/p2p/${RELAY}/p2p-circuit`)

describe('addresses that somebody told of', function () {
  this.timeout(20_000)
  const start = temporaryNodes()
  const relays: Relay[] = []
  after(() => Promise.all(relays.map((relay) => relay.stop())))

  const kept = (tellers: string[], addresses: string[]) =>
    meaningfulFrom(
      tellers.map((each) => multiaddr(each)),
      addresses.map((each) => multiaddr(each)),
    ).map(String)
  const all = [PUBLIC, PRIVATE, LOOPBACK]
    .flatMap((each) => [...each, ...relayed(each)])
    .map((a) => String(multiaddr(a)))
  const of = (kinds: string[][]) =>
    all.filter((a) => kinds.flat().some((one) => a.startsWith(String(multiaddr(one)))))

  it('lead to this machine from this machine alone, and to a private network from within', () => {
    for (const teller of LOOPBACK) expect(kept([teller], all), teller).to.deep.equal(all)
    for (const teller of PRIVATE) expect(kept([teller], all), teller).to.deep.equal(of([PUBLIC, PRIVATE]))
    for (const teller of PUBLIC) expect(kept([teller], all), teller).to.deep.equal(of([PUBLIC]))
    expect(kept([], all), 'of somebody who is gone').to.deep.equal(of([PUBLIC]))
    expect(kept([...PUBLIC, ...PRIVATE], all)).to.deep.equal(of([PUBLIC, PRIVATE]))
    expect(kept(relayed(LOOPBACK), all), 'of somebody behind a relay').to.deep.equal(of([PUBLIC]))
  })

  it('are those of a record, of whoever this node is connected to, directly or not', async () => {
    const relay = await startRelay({
      ...{ key: crypto.getRandomValues(new Uint8Array(32)), host: '127.0.0.1', port: 0, stunPort: 0 },
    })
    relays.push(relay)
    const [near, far, node] = [
      await start(),
      await start({ listen: [], relays: relay.multiaddrs.slice(0, 1), webrtc: false }),
      await start({ listen: [] }),
    ]
    await until(() => far.getMultiaddrs().length > 0)
    await node.dial(near.getMultiaddrs())
    await node.dial(far.getMultiaddrs())
    const record = await sealPeerRecord(newIdentity().libp2pKey, [
      '/ip4/44.44.0.1/tcp/1',
      '/ip4/127.0.0.1/tcp/1',
    ])
    const told = async (teller: typeof near) =>
      (await openToldRecord(node, teller.peerId, record)).multiaddrs.map((each) => String(each).split('/')[2])
    expect(await told(near)).to.deep.equal(['44.44.0.1', '127.0.0.1'])
    expect(await told(far)).to.deep.equal(['44.44.0.1'])
  })
})
