import { lpStream } from '@libp2p/utils'
import { expect } from 'chai'
import { cellsOf } from '../../agent/network/areas.ts'
import { meshPeersOf } from '../../agent/network/mesh-peers.ts'
import { intentTopic, protocolName } from '../../agent/network/names.ts'
import { CATCH_UP } from '../../agent/protocols/catch-up.ts'
import { encodeIntent } from '../../protocol/wire/bodies.ts'
import { encodeCatchUpAsk, encodeCatchUpHave } from '../../protocol/wire/catch-up.ts'
import { encodeSigned } from '../../protocol/wire/gossip.ts'
import { untilHeard } from '../agent/support/nodes.ts'
import { until } from '../agent/support/until.ts'
import { deployment } from './support/deployment.ts'
import { type Listener, startListener } from './support/listener.ts'

const HOME = '871f8d099ffffff'
/** Hundreds of kilometres away. */
const AWAY = '871fae6e2ffffff'

describe('intent discovery', function () {
  this.timeout(60_000)
  const listeners: Listener[] = []
  const join = async (area: string, radius = 0) => {
    const listener = await startListener(area, radius)
    listeners.push(listener)
    return listener
  }
  /** Waits until a listener passes on to so many neighbours what it says in the topic of a cell; gossipsub looks once a second. */
  const untilMeshed = ({ node: { services } }: Listener, cell: string, count: number) =>
    until(() => meshPeersOf(services.pubsub, intentTopic(deployment, 'energy', cell)).length >= count)
  /** Waits until so many neighbours of a listener are in the topic of a cell. */
  const untilSubscribed = ({ node }: Listener, cell: string, count: number) =>
    untilHeard(node, intentTopic(deployment, 'energy', cell), count)
  afterEach(() => Promise.all(listeners.splice(0).map((listener) => listener.stop())))

  it('tells a late joiner what is open, also when its maker is gone', async () => {
    const [maker, neighbour] = [await join(HOME), await join(HOME)]
    await maker.connect(neighbour)
    await untilSubscribed(maker, HOME, 1)
    const intent = await maker.publish(HOME)
    await neighbour.hears(intent)
    await maker.stop()
    const late = await join(HOME)
    await late.connect(neighbour)
    await late.hears(intent)
    expect(late.intents.open().map(({ hash }) => hash)).to.deep.equal([intent.hash])
  })

  it('carries what was said in one half of a network to the other when it heals', async () => {
    const [a, b, c, d] = [await join(HOME), await join(HOME), await join(HOME), await join(HOME)]
    await a.connect(b)
    await c.connect(d)
    await Promise.all([a, b, c, d].map((each) => untilSubscribed(each, HOME, 1)))
    const [left, right] = [await a.publish(HOME), await d.publish(HOME)]
    await Promise.all([b.hears(left), c.hears(right)])
    expect(a.intents.open()).to.deep.equal([])
    await b.connect(c)
    await Promise.all([a, b, c].map((each) => each.hears(right)))
    await Promise.all([b, c, d].map((each) => each.hears(left)))
  })

  it('stays within a neighbourhood where enough listen, and spreads wide where not', async () => {
    const [seller, near, far] = [await join(HOME), await join(HOME, 1), await join(AWAY)]
    await seller.connect(near)
    await seller.connect(far)
    await untilSubscribed(seller, 'everywhere', 2)
    const heard: string[] = []
    const topics = cellsOf(HOME).map((cell) => intentTopic(deployment, 'energy', cell))
    for (const topic of topics) far.node.services.pubsub.subscribe(topic)
    far.node.services.pubsub.addEventListener('message', ({ detail: { topic } }) => void heard.push(topic))
    await untilSubscribed(seller, HOME, 2)
    await untilMeshed(seller, 'everywhere', 2)
    // Two listeners near do not carry a topic by themselves.
    const sparse = await seller.publish(HOME)
    await near.hears(sparse)
    const third = await join(HOME)
    await third.connect(seller)
    await untilSubscribed(seller, HOME, 3)
    await untilMeshed(seller, HOME, 3)
    const dense = await seller.publish(HOME, { start: 1n, end: 2n })
    await near.hears(dense)
    await third.hears(dense)
    while (heard.length < 2) {
      await new Promise((resolve) =>
        far.node.services.pubsub.addEventListener('message', resolve, { once: true }),
      )
    }
    expect(heard).to.deep.equal([topics[0], topics.at(-1)])
    // It carried both, and is concerned by neither.
    expect(far.intents.open()).to.deep.equal([])
  })

  it('reaches who listens from afar when its maker names the radius, whatever else they listen to', async () => {
    const maker = await join(HOME)
    const near = [await join(HOME), await join(HOME), await join(HOME)]
    const wide = await join(HOME, 15)
    wide.intents.join('energy', AWAY)
    for (const each of [...near, wide]) await maker.connect(each)
    await untilSubscribed(maker, HOME, near.length)
    await untilSubscribed(maker, 'everywhere', 4)
    const told = await maker.publish(HOME, {}, 15)
    await Promise.all([...near, wide].map((each) => each.hears(told)))
  })

  it('sends nothing that the other side has', async () => {
    const [maker, asker] = [await join(HOME), await join(HOME)]
    await maker.connect(asker)
    await untilSubscribed(maker, HOME, 1)
    const intent = await maker.publish(HOME)
    await asker.hears(intent)
    const stream = await asker.node.dialProtocol(maker.node.peerId, protocolName(deployment, CATCH_UP))
    const frames = lpStream(stream)
    await frames.write(encodeCatchUpAsk({ type: 'intents', domain: 'energy', cells: [HOME] }))
    const { length } = await frames.read()
    // Its digest alone.
    expect(length).to.equal(34)
  })

  it('holds a forged intent against the neighbour that sent it', async () => {
    const [liar, victim] = [await join(HOME), await join(HOME)]
    const intent = await (await join(HOME)).publish(HOME)
    await liar.node.unhandle(protocolName(deployment, CATCH_UP))
    await liar.node.handle(protocolName(deployment, CATCH_UP), async (stream) => {
      const frames = lpStream(stream)
      await frames.read()
      await frames.write(encodeCatchUpHave([intent.hash]))
      await frames.read()
      const forged = { ...intent.value, price: 1n }
      await frames.write(encodeSigned(encodeIntent(forged), intent.signature))
    })
    await victim.connect(liar)
    await untilSubscribed(victim, HOME, 1)
    expect(String(await victim.report)).to.contain('SignatureError')
    expect(victim.scores.scoreOf(liar.node.peerId.toString())).to.be.greaterThan(20)
    expect(victim.intents.open()).to.deep.equal([])
  })
})
