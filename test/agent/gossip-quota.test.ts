import { type Message, TopicValidatorResult } from '@libp2p/gossipsub'
import type { PeerId } from '@libp2p/interface'
import { expect } from 'chai'
import { gossipCounts } from '../../agent/network/gossip-counts.ts'
import type { Identity } from '../../agent/network/identity.ts'
import { intentTopic } from '../../agent/network/names.ts'
import type { MeshNode } from '../../agent/network/node.ts'
import { PeerScores } from '../../agent/network/peer-scores.ts'
import { CatchUp } from '../../agent/protocols/catch-up.ts'
import { IntentDiscovery } from '../../agent/protocols/intent-discovery/index.ts'
import { encodeIntent } from '../../protocol/wire/bodies.ts'
import { encodeSigned } from '../../protocol/wire/gossip.ts'
import { deployment } from '../e2e/support/deployment.ts'
import { parameters, rules } from '../e2e/support/rules.ts'
import { alice, bob, carol, domain, NOW, receivedIntent } from './support/intents.ts'

const { burst } = parameters.quotas[''] ?? { burst: 0 }
const AREA = '871faa8deffffff'
const TOPIC = intentTopic(deployment, 'energy', AREA)

/** What an agent makes of intents that a peer passes on. */
function listener(identity: Identity) {
  type Validator = (peer: PeerId, message: Message) => Promise<TopicValidatorResult>
  const topicValidators = new Map<string, Validator>()
  const pubsub = {
    topicValidators,
    score: { params: { topics: {} } },
    subscribe() {},
    getSubscribers: () => [],
    publish: async () => {},
  }
  const counts = gossipCounts()()
  const node = { services: { pubsub, gossip: counts }, hangUp: async () => {} } as unknown as MeshNode
  const scores = new PeerScores(() => parameters.spam)
  const components = { node, identity, scores, rules, report() {}, deployment, domain, now: () => NOW }
  const discovery = new IntentDiscovery({ ...components, catchUp: new CatchUp(components) })
  discovery.join('energy', AREA)
  const hear = (intent: ReturnType<typeof receivedIntent>, peer = carol.peerId) => {
    const data = encodeSigned(encodeIntent(intent.value), intent.signature)
    return topicValidators.get(TOPIC)?.(peer, { type: 'unsigned', topic: TOPIC, data })
  }
  return { discovery, scores, hear, counts }
}

/** What others may repeat of an agent: whatever it has signed. */
describe('the quota of an agent', () => {
  it('is not used up by its expired intents', async () => {
    const { hear, scores } = listener(bob)
    for (let nonce = 1n; nonce <= 2 * burst; nonce++) {
      const result = await hear(receivedIntent({ expiry: NOW - 1n, nonce }))
      expect(result).to.equal(TopicValidatorResult.Ignore)
    }
    expect(await hear(receivedIntent(), alice.peerId)).to.equal(TopicValidatorResult.Accept)
    expect(scores.scoreOf(alice.peerId.toString())).to.equal(0)
  })

  it('is not used up by intents that are known, or whose place later ones took', async () => {
    const { hear } = listener(bob)
    const latest = receivedIntent({ nonce: 9n })
    expect(await hear(latest)).to.equal(TopicValidatorResult.Accept)
    for (let count = 0; count < burst; count++) {
      expect(await hear(latest)).to.equal(TopicValidatorResult.Ignore)
      expect(await hear(receivedIntent({ nonce: 8n }))).to.equal(TopicValidatorResult.Ignore)
    }
    expect(await hear(receivedIntent({ nonce: 10n }))).to.equal(TopicValidatorResult.Accept)
  })

  it('is not used up by its own intents that others send back, which are not others’ either', async () => {
    const { discovery, hear } = listener(alice)
    for (let nonce = 1n; nonce <= 2 * burst; nonce++) {
      expect(await hear(receivedIntent({ nonce }))).to.equal(TopicValidatorResult.Ignore)
    }
    expect(discovery.open()).to.deep.equal([])
    const { value } = await discovery.publish(receivedIntent().value)
    expect(value.agent).to.equal(alice.address)
  })

  it('is used up by news, and all that is heard is counted by what was made of it', async () => {
    const { hear, counts } = listener(bob)
    const news = Array.from({ length: 2 * burst }, (_, nonce) => receivedIntent({ nonce: BigInt(nonce) }))
    const results: unknown[] = []
    for (const intent of news) results.push(await hear(intent))
    const first = Array<string>(burst).fill(TopicValidatorResult.Accept)
    expect(results.slice(0, burst)).to.deep.equal(first)
    expect(results).to.include(TopicValidatorResult.Ignore)
    const sum = (result: string) => results.filter((each) => each === result).length
    expect(counts).to.deep.equal({
      sent: 0,
      accepted: sum(TopicValidatorResult.Accept),
      ignored: sum(TopicValidatorResult.Ignore),
      rejected: 0,
    })
    const { value } = receivedIntent({ nonce: 1_000n })
    const forged = { ...receivedIntent({ nonce: 1_001n }), value }
    expect(await hear(forged)).to.equal(TopicValidatorResult.Reject)
    expect(counts.rejected).to.equal(1)
  })
})
