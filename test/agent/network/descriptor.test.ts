import { lpStream } from '@libp2p/utils'
import { expect } from 'chai'
import {
  askDescriptor,
  DESCRIPTOR,
  DESCRIPTOR_PROTOCOL,
  serveDescriptor,
} from '../../../agent/network/descriptor.ts'
import type { MeshNode } from '../../../agent/network/node.ts'
import { PeerScores } from '../../../agent/network/peer-scores.ts'
import { admitStream } from '../../../agent/protocols/admit-stream.ts'
import { parseDeployment } from '../../../protocol/deployment.ts'
import { deployment } from '../../e2e/support/deployment.ts'
import { Faults } from '../../e2e/support/faults.ts'
import { parameters } from '../../e2e/support/rules.ts'
import { temporaryNodes } from '../support/nodes.ts'

const descriptor = { deployment: parseDeployment(deployment), area: '871f8d099ffffff' }
const addressesOf = (node: { getMultiaddrs(): { toString(): string }[] }) => node.getMultiaddrs().map(String)

const everybody = () => true

describe('the descriptor of a network', function () {
  this.timeout(30_000)
  const start = temporaryNodes()
  const { signal } = new AbortController()

  it('is told to a newcomer that knows a bootstrap peer and no more', async () => {
    const node = await start()
    await serveDescriptor(node, descriptor, everybody)
    expect(await askDescriptor(addressesOf(node), signal)).to.deep.equal(descriptor)
  })

  it('says no more than it has to: a URL of a chain is no peer’s to say', async () => {
    const node = await start()
    const whole = { ...descriptor, rpcUrl: 'http://127.0.0.1:8545', bootstrapPeers: ['/ip4/127.0.0.1/tcp/1'] }
    await serveDescriptor(node, whole, everybody)
    expect(await askDescriptor(addressesOf(node), signal)).to.deep.equal(descriptor)
  })

  it('is that of the next one, where the first is away, or knows of none, or tells lies', async () => {
    const [away, other, liar, node] = [await start(), await start(), await start(), await start()]
    const gone = addressesOf(away)
    await away.stop()
    await liar.handle(DESCRIPTOR_PROTOCOL, (stream) => {
      stream.send(new TextEncoder().encode('\x04{"":'))
      stream.close()
    })
    await serveDescriptor(node, descriptor, everybody)
    const peers = [gone, addressesOf(other), addressesOf(liar), addressesOf(node)].flat()
    expect(await askDescriptor(peers, signal)).to.deep.equal(descriptor)
  })

  it('is none where nobody knows of any, or the time is up', async () => {
    const node = await start()
    expect(await askDescriptor(addressesOf(node), signal)).to.equal(undefined)
    await serveDescriptor(node, descriptor, everybody)
    expect(await askDescriptor(addressesOf(node), AbortSignal.abort())).to.equal(undefined)
  })

  it('is told to one peer only so often, and to others all the same', async () => {
    const [node, eager, modest] = [await start(), await start(), await start()]
    const faults = new Faults()
    const scores = new PeerScores(() => parameters.spam)
    const gate = { node, scores, report: faults.hear, rules: { checkProtocol() {} } }
    await serveDescriptor(node, descriptor, (peer, stream, charge) =>
      admitStream(gate, DESCRIPTOR, { peer, stream }, charge),
    )
    const asks = async (from: MeshNode) => {
      const stream = await from.dialProtocol(node.getMultiaddrs(), DESCRIPTOR_PROTOCOL)
      const { byteLength } = await lpStream(stream).read({ signal: AbortSignal.timeout(5_000) })
      stream.abort(new Error('the descriptor was read'))
      return byteLength
    }
    for (let count = 0; count < 6; count++) expect(await asks(eager)).to.be.greaterThan(0)
    expect(await asks(eager).catch(() => 'refused')).to.equal('refused')
    await faults.until('PEER_FLOODS')
    expect(await asks(modest)).to.be.greaterThan(0)
  })
})
