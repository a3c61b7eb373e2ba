import { generateKeyPair } from '@libp2p/crypto/keys'
import { lpStream } from '@libp2p/utils'
import { expect } from 'chai'
import { identityFromKey } from '../../../../agent/network/identity.ts'
import type { MeshNode } from '../../../../agent/network/node.ts'
import { type Relay, startRelay } from '../../../../agent/network/relay.ts'
import { openPeerRecord, sealPeerRecord } from '../../../../agent/network/rendezvous/peer-record.ts'
import { discoverAt, registerAt, unregisterAt } from '../../../../agent/network/rendezvous/requests.ts'
import { MeshError } from '../../../../protocol/errors.ts'
import { RENDEZVOUS_PROTOCOL } from '../../../../protocol/wire/rendezvous.ts'
import { temporaryNodes } from '../../support/nodes.ts'
import { until } from '../../support/until.ts'

const ENDPOINTS = ['/ip4/192.0.2.1/udp/4001/quic-v1']
const newIdentity = () => identityFromKey(crypto.getRandomValues(new Uint8Array(32)))

describe('a relay as a rendezvous point', function () {
  this.timeout(20_000)
  const start = temporaryNodes()
  const signal = () => AbortSignal.timeout(10_000)
  let relay: Relay

  beforeEach(async () => {
    const key = crypto.getRandomValues(new Uint8Array(32))
    relay = await startRelay({ key, host: '127.0.0.1', port: 0, stunPort: 0 })
  })
  afterEach(() => relay.stop())

  async function connect() {
    const identity = newIdentity()
    const node = await start({ identity, listen: [], bootstrapPeers: relay.multiaddrs.slice(0, 1) })
    await until(() => node.getConnections(relay.peerId).length > 0)
    const record = await sealPeerRecord(identity.libp2pKey, ENDPOINTS)
    const register = (change: { namespace?: string; record?: Uint8Array; ttl?: number } = {}) =>
      registerAt(node, relay.peerId, { namespace: 'n', record, ...change }, signal())
    return { identity, node, record, register }
  }
  const discover = (node: MeshNode, question: Parameters<typeof discoverAt>[2] = {}) =>
    discoverAt(node, relay.peerId, question, signal())

  it('tells peers of one another, by records that they have signed, until they take it back', async () => {
    const [one, other] = [await connect(), await connect()]
    expect(await one.register()).to.deep.equal({ status: 'OK', ttl: 7_200 })
    expect(await one.register({ namespace: 'm', ttl: 259_200 })).to.deep.equal({ status: 'OK', ttl: 259_200 })
    const { registrations, cookie } = await discover(other.node, { namespace: 'n' })
    expect(registrations.map(({ namespace, ttl }) => [namespace, ttl])).to.deep.equal([['n', 7_200]])
    const { peerId, multiaddrs } = await openPeerRecord(registrations[0]?.record ?? new Uint8Array())
    expect(peerId.equals(one.node.peerId)).to.equal(true)
    expect(multiaddrs.map(String)).to.deep.equal([`${ENDPOINTS[0]}/p2p/${one.node.peerId}`])

    await other.register()
    const news = await discover(one.node, { namespace: 'n', cookie })
    expect(news.registrations.map(({ record }) => record)).to.deep.equal([other.record])
    expect((await discover(one.node)).registrations, 'in all namespaces').to.have.length(3)

    await unregisterAt(one.node, relay.peerId, 'n', signal())
    await until(() => relay.registrations === 2)
    expect((await discover(other.node, { namespace: 'n' })).registrations).to.have.length(1)
  })

  it('refuses with the status that the specification has for it', async () => {
    const { node, register, identity } = await connect()
    const stranger = newIdentity()
    const forged = await sealPeerRecord(identity.libp2pKey, ENDPOINTS)
    forged[forged.length - 1] = (forged.at(-1) ?? 0) ^ 1
    const refused: [Parameters<typeof register>[0], string][] = [
      [{ namespace: '' }, 'E_INVALID_NAMESPACE'],
      [{ namespace: 'é'.repeat(128) }, 'E_INVALID_NAMESPACE'],
      [{ ttl: 7_199 }, 'E_INVALID_TTL'],
      [{ ttl: 259_201 }, 'E_INVALID_TTL'],
      [{ record: await sealPeerRecord(stranger.libp2pKey, ENDPOINTS) }, 'E_NOT_AUTHORIZED'],
      [{ record: forged }, 'E_INVALID_SIGNED_PEER_RECORD'],
      [{ record: new Uint8Array(2_000) }, 'E_INVALID_SIGNED_PEER_RECORD'],
      [{ record: new Uint8Array() }, 'E_INVALID_SIGNED_PEER_RECORD'],
    ]
    for (const [change, status] of refused) {
      expect((await register(change)).status, JSON.stringify(change)).to.equal(status)
    }
    expect(relay.registrations).to.equal(0)
    const answer = await discover(node, { cookie: Uint8Array.of(1) })
    expect(answer).to.deep.include({ status: 'E_INVALID_COOKIE', registrations: [] })
  })

  it('has so many registrations of one peer', async () => {
    const { register } = await connect()
    for (let count = 0; count < 32; count++) {
      expect((await register({ namespace: `${count}` })).status).to.equal('OK')
    }
    expect((await register({ namespace: 'one more' })).status).to.equal('E_NOT_AUTHORIZED')
    expect((await register({ namespace: '0' })).status, 'a renewal').to.equal('OK')
    expect(relay.registrations).to.equal(32)
  })

  it('ends the streams of a peer that asks too often, and goes on with others', async () => {
    const [greedy, modest] = [await connect(), await connect()]
    let answered = 0
    const flood = async () => {
      for (; answered < 300; answered++) await discover(greedy.node)
    }
    const error = await flood().catch((reason: unknown) => reason)
    expect(error).to.be.instanceOf(Error)
    expect(answered).to.be.within(70, 90)
    expect((await modest.register()).status).to.equal('OK')
  })

  it('ends a stream on which something else is said, and answers several questions on one', async () => {
    const { node, register } = await connect()
    const open = async () => lpStream(await node.dialProtocol(relay.peerId, RENDEZVOUS_PROTOCOL))
    const garbage = await open()
    await garbage.write(Uint8Array.of(0xff, 0xff))
    expect(await garbage.read({ signal: signal() }).catch((reason: unknown) => reason)).to.be.instanceOf(
      Error,
    )

    const frames = await open()
    for (let count = 0; count < 3; count++) {
      await frames.write(Uint8Array.of(0x08, 0x03, 0x2a, 0x00))
      expect((await frames.read({ signal: signal() })).subarray(0, 2)).to.deep.equal(
        Uint8Array.of(0x08, 0x04),
      )
    }
    expect((await register()).status).to.equal('OK')
  })
})

describe('a peer record', () => {
  it('reads as it was signed, or not at all', async () => {
    const key = await generateKeyPair('Ed25519')
    const sealed = await sealPeerRecord(key, ENDPOINTS)
    const { peerId, multiaddrs } = await openPeerRecord(sealed)
    expect(peerId.publicKey?.equals(key.publicKey)).to.equal(true)
    let refused = 0
    for (let place = 0; place < sealed.length; place++) {
      const changed = Uint8Array.from(sealed)
      changed[place] = (changed[place] ?? 0) ^ 1
      try {
        const read = await openPeerRecord(changed)
        expect([read.peerId, ...read.multiaddrs].map(String)).to.deep.equal(
          [peerId, ...multiaddrs].map(String),
        )
      } catch (error) {
        expect(error, `byte ${place}`).to.be.instanceOf(MeshError)
        refused += 1
      }
    }
    // The decoder takes another wire type of a field for the right one.
    expect(refused).to.be.at.least(sealed.length - 8)
  })
})
