import { expect } from 'chai'
import { askDescriptor, DESCRIPTOR_PROTOCOL, serveDescriptor } from '../../../agent/network/descriptor.ts'
import { parseDeployment } from '../../../protocol/deployment.ts'
import { deployment } from '../../e2e/support/deployment.ts'
import { temporaryNodes } from '../support/nodes.ts'

const descriptor = { deployment: parseDeployment(deployment), area: '871f8d099ffffff' }
const addressesOf = (node: { getMultiaddrs(): { toString(): string }[] }) => node.getMultiaddrs().map(String)

describe('the descriptor of a network', function () {
  this.timeout(30_000)
  const start = temporaryNodes()
  const { signal } = new AbortController()

  it('is told to a newcomer that knows a bootstrap peer and no more', async () => {
    const node = await start()
    await serveDescriptor(node, descriptor)
    expect(await askDescriptor(addressesOf(node), signal)).to.deep.equal(descriptor)
  })

  it('says no more than it has to: a URL of a chain is no peer’s to say', async () => {
    const node = await start()
    const whole = { ...descriptor, rpcUrl: 'http://127.0.0.1:8545', bootstrapPeers: ['/ip4/127.0.0.1/tcp/1'] }
    await serveDescriptor(node, whole)
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
    await serveDescriptor(node, descriptor)
    const peers = [gone, addressesOf(other), addressesOf(liar), addressesOf(node)].flat()
    expect(await askDescriptor(peers, signal)).to.deep.equal(descriptor)
  })

  it('is none where nobody knows of any, or the time is up', async () => {
    const node = await start()
    expect(await askDescriptor(addressesOf(node), signal)).to.equal(undefined)
    await serveDescriptor(node, descriptor)
    expect(await askDescriptor(addressesOf(node), AbortSignal.abort())).to.equal(undefined)
  })
})
