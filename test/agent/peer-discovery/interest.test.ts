import { expect } from 'chai'
import { intentTopic } from '../../../agent/network/names.ts'
import { JOINING, WANTED } from '../../../agent/protocols/peer-discovery/constants.ts'
import { interestsOf } from '../../../agent/protocols/peer-discovery/interest.ts'
import { deployment } from '../../e2e/support/deployment.ts'
import { temporaryNodes } from '../support/nodes.ts'
import { until } from '../support/until.ts'

describe('how many neighbours are missing', function () {
  this.timeout(20_000)
  const start = temporaryNodes()
  const topic = intentTopic(deployment, 'energy', 'everywhere')

  it('is not more for those that are just joining, or a busy network would dial more and more', async () => {
    const node = await start()
    const others = await Promise.all([start(), start()])
    const [inEnergy, inAll] = interestsOf(node, deployment, ['energy'])
    expect([inEnergy?.missing, inAll?.missing]).to.deep.equal([WANTED, WANTED])
    for (const other of others) await node.dial(other.getMultiaddrs())
    // Neither has said yet what it listens to.
    expect([inEnergy?.missing, inAll?.missing]).to.deep.equal([WANTED - 2, WANTED - 2])
    // One that says nothing for long is no neighbour in the domain.
    for (const { timeline } of node.getConnections()) timeline.open -= JOINING
    expect(inEnergy?.missing).to.equal(WANTED)
  })

  it('is as many less as listen to the domain', async () => {
    const node = await start()
    const [member, stranger] = await Promise.all([start(), start()])
    for (const each of [node, member]) each.services.pubsub.subscribe(topic)
    for (const each of [node, stranger]) each.services.pubsub.subscribe('another')
    for (const other of [member, stranger]) await node.dial(other.getMultiaddrs())
    const { pubsub } = node.services
    await until(() => ['another', topic].every((each) => pubsub.getSubscribers(each).length === 1))
    const [inEnergy, inAll] = interestsOf(node, deployment, ['energy'])
    expect([inEnergy?.missing, inAll?.missing]).to.deep.equal([WANTED - 1, WANTED - 2])
  })
})
