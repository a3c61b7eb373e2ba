import { expect } from 'chai'
import { hexToBytes, sha256, toBytes } from 'viem'
import { type Identity, identityFromKey } from '../../../../agent/network/identity.ts'
import { PeerScores } from '../../../../agent/network/peer-scores.ts'
import type { AgentQuery, FoundAgent } from '../../../../agent/protocols/agent-discovery/index.ts'
import {
  cidOf,
  type KnowledgeDraft,
  signKnowledge,
  toMessage,
} from '../../../../agent/protocols/knowledge/answer.ts'
import { type AskKnowledgeOptions, KnowledgeAsker } from '../../../../agent/protocols/knowledge/asker.ts'
import { Copies } from '../../../../agent/protocols/knowledge/copies.ts'
import { capabilityOf } from '../../../../protocol/capability.ts'
import { DEFAULT_RULES } from '../../../../protocol/default-parameters.ts'
import { CHAINLESS, meshDomain } from '../../../../protocol/deployment.ts'
import { MAX_SERVICE_BYTES } from '../../../../protocol/limits.ts'
import type { Capability, Reuse } from '../../../../protocol/types.ts'

const domain = meshDomain(CHAINLESS)
const [asking, providing, holding, other] = [1, 2, 3, 4].map((byte) =>
  identityFromKey(new Uint8Array(32).fill(byte)),
) as [Identity, Identity, Identity, Identity]
const PRICE = 20_000n
const NOW = 1_000n
const QUESTION = sha256(toBytes('monday'))

/** A service as the asker meets it. */
interface Served {
  identity: Identity
  capability: Capability
  price: bigint
  answer: (question: Uint8Array) => Uint8Array
}

describe('the asker of knowledge', () => {
  let served: Served[]
  let asked: string[]
  let faults: { code?: string }[]
  let scores: PeerScores
  let now: bigint
  let asker: KnowledgeAsker

  beforeEach(() => {
    served = []
    asked = []
    faults = []
    now = NOW
    scores = new PeerScores(() => DEFAULT_RULES.spamRules)
    const copies = new Copies({
      services: { serve: () => undefined, unserve: () => undefined },
      onChange: () => undefined,
      now: () => now,
    })
    asker = new KnowledgeAsker({
      domain,
      copies,
      scores,
      address: asking.address,
      now: () => now,
      report: (error) => faults.push(error as { code?: string }),
      node: { hangUp: async () => undefined },
      agents: { find: (query) => find(query as AgentQuery) },
      services: {
        price: async ({ agent, capability }) => serviceOf(agent, capability).price,
        request: async ({ agent, capability }, question, { maxPrice = 0n }) => {
          const service = serviceOf(agent, capability)
          if (service.price > maxPrice) throw Object.assign(new Error('too dear'), { code: 'PRICE_TOO_HIGH' })
          asked.push(`${capability} at ${service.price}`)
          // Of a service's answer the asker of knowledge looks at the body alone.
          return { body: service.answer(question) } as never
        },
      },
    })
  })

  async function* find({ capabilities: [name], where = [] }: AgentQuery): AsyncGenerator<FoundAgent> {
    const [condition] = where
    const held = condition !== undefined && 'oneOf' in condition ? condition.oneOf : []
    for (const { identity, capability } of served) {
      const holds = capability.attributes.find((attribute) => attribute.name === 'holds')
      const isHeld = holds?.type === 'set' && holds.values.some((cid) => held.includes(cid))
      if (capability.name !== name || (held.length > 0 && !isHeld)) continue
      const value = { agent: identity.address, capabilities: [capability], endpoints: [] }
      yield { record: { value, peerId: identity.peerId } } as never
    }
  }
  function serviceOf(agent: string, capability: string): Served {
    const found = served.find(
      (each) => each.identity.address === agent && each.capability.name === capability,
    )
    if (found === undefined) throw new Error('no such service')
    return found
  }

  const sign = (
    identity: Identity,
    { question = QUESTION, reuse = 'resale' as Reuse, at = NOW, ttl = 60n, body = 'seventeen' } = {},
  ) =>
    signKnowledge(
      { identity, domain },
      { capability: 'data.prices', question, now: at },
      { kind: 'dataset', contentType: 'text/plain', body },
      { ttl, licence: 'MIT', reuse },
    )
  const provide = (
    identity = providing,
    answer = () => toMessage(sign(identity)),
    attributes: Capability['attributes'] = [],
  ) =>
    served.push({
      identity,
      capability: { ...capabilityOf('data.prices'), attributes },
      price: PRICE,
      answer,
    })
  const hold = (
    message: Uint8Array,
    {
      identity = holding,
      price = PRICE / 10n,
      says = price,
    }: Partial<Record<'price' | 'says', bigint>> & { identity?: Identity } = {},
  ) => {
    const capability: Capability = {
      ...capabilityOf('data.prices.copy'),
      attributes: [
        { name: 'holds', type: 'set', values: [cidOf(QUESTION)] },
        { name: 'price', type: 'range', min: says, max: says },
      ],
    }
    const answer = (question: Uint8Array) => {
      expect(question).to.deep.equal(hexToBytes(QUESTION))
      return message
    }
    served.push({ identity, capability, price, answer })
  }
  const ask = (options: AskKnowledgeOptions = {}, query: string | AgentQuery = 'data.prices') =>
    asker.ask(query, toBytes('monday'), { maxPrice: PRICE, ...options }, new AbortController().signal)
  const codeOf = (doing: Promise<unknown>) =>
    doing.then(
      () => undefined,
      (error: { code?: string }) => error.code,
    )

  it('looks in its memory, then for copies, and last asks who computes the answer', async () => {
    provide()
    expect(await ask()).to.include({ from: 'provider', paid: PRICE, source: providing.address })
    expect(await ask()).to.include({ from: 'memory', paid: 0n, bytes: 0, source: asking.address })
    now = NOW + 60n
    hold(toMessage(sign(providing, { at: now })))
    const copy = await ask()
    expect(copy).to.include({ from: 'holder', paid: PRICE / 10n, source: holding.address, text: 'seventeen' })
    expect(asked).to.deep.equal([`data.prices at ${PRICE}`, `data.prices.copy at ${PRICE / 10n}`])
  })

  it('asks the cheapest holder first', async () => {
    provide()
    hold(toMessage(sign(providing)))
    hold(toMessage(sign(providing)), { identity: other, price: 1n })
    expect(await ask()).to.include({ source: other.address, paid: 1n })
  })

  it('pays no holder more than it announced, by which it was chosen', async () => {
    provide()
    hold(toMessage(sign(providing)), { price: PRICE, says: 1n })
    expect(await ask()).to.include({ from: 'provider', paid: PRICE })
  })

  it('asks a holder last that wants more than who computes the answer says that it takes', async () => {
    const announced = { name: 'price', type: 'range', min: PRICE, max: PRICE } as const
    provide(providing, undefined, [announced])
    hold(toMessage(sign(providing)), { price: 2n * PRICE })
    expect(await ask({ maxPrice: 2n * PRICE })).to.include({ from: 'provider', paid: PRICE })
  })

  it('asks a dear holder all the same where who computes the answer has none', async () => {
    const announced = { name: 'price', type: 'range', min: PRICE, max: PRICE } as const
    provide(providing, () => Uint8Array.of(1), [announced])
    hold(toMessage(sign(providing)), { price: 2n * PRICE })
    expect(await ask({ maxPrice: 2n * PRICE })).to.include({ from: 'holder', paid: 2n * PRICE })
  })

  it('gives no answer from memory that only its owner believed, once the owner does not say so', async () => {
    hold(toMessage(sign(other)))
    await ask({ by: [other.address] })
    expect(await ask({ by: [other.address] })).to.include({ from: 'memory' })
    expect(await codeOf(ask())).to.equal('AGENT_UNTRUSTED')
  })

  it('gives no answer from memory to a question that is put to others', async () => {
    provide()
    await ask()
    expect(await ask({}, 'data.prices limit 3')).to.include({ from: 'provider' })
    expect(await ask({ by: [other.address] })).to.include({ from: 'provider' })
    expect(await ask({ by: [providing.address.toLowerCase() as never] })).to.include({ from: 'memory' })
  })

  it('believes a copy by who has left, where its owner names it', async () => {
    hold(toMessage(sign(other)))
    expect(await codeOf(ask())).to.equal('AGENT_UNTRUSTED')
    expect(await ask({ by: [other.address] })).to.include({ from: 'holder' })
  })

  it('says when nobody is there, and when it is too dear', async () => {
    expect(await codeOf(ask())).to.equal('AGENT_MISSING')
    expect(await codeOf(ask({}, 'data.prices, data.fx'))).to.equal('QUERY_INVALID')
    expect(await codeOf(ask({}, 'Data!'))).to.equal('QUERY_MALFORMED')
  })

  describe('with somebody to have documents of', () => {
    const text = 'Nobody has a battery.'
    const citing = (quote: string) => {
      const cited = { content: sha256(toBytes(text)), start: 0n, end: BigInt(text.length), quote, source: '' }
      return toMessage(
        signed({ kind: 'citation', contentType: 'text/plain', body: quote, citations: [cited] }),
      )
    }
    const signed = (draft: KnowledgeDraft) =>
      signKnowledge(
        { identity: providing, domain },
        { capability: 'data.prices', question: QUESTION, now: NOW },
        draft,
        { ttl: 60n, licence: 'MIT', reuse: 'resale' },
      )
    const long = new Uint8Array(2 * MAX_SERVICE_BYTES).fill(7)
    const elsewhere = () =>
      toMessage(
        signed({
          kind: 'dataset',
          contentType: 'text/plain',
          body: { digest: sha256(long), length: BigInt(long.length) },
        }),
      )

    it('has a body that is longer than a message, also from memory', async () => {
      provide(providing, elsewhere)
      const contentOf = async () => long
      expect(await ask({ contentOf })).to.deep.include({ from: 'provider', body: long })
      expect(await ask({ contentOf })).to.deep.include({ from: 'memory', body: long })
      expect(await ask()).to.deep.include({ from: 'memory', body: undefined })
    })

    it('checks what is cited also where the answer is remembered', async () => {
      const contentOf = async () => toBytes(text)
      provide(providing, () => citing('Everybody has one'))
      expect(await ask()).to.include({ from: 'provider', text: 'Everybody has one' })
      expect(await codeOf(ask({ contentOf }))).to.equal('CITATION_FALSE')
      expect(faults.map(({ code }) => code)).to.include('CITATION_FALSE')
    })
  })

  const altered = () => {
    const signed = sign(providing)
    return toMessage({ ...signed, body: toBytes('eighteen!') })
  }
  const relicensed = () => {
    const signed = sign(providing, { reuse: 'none' })
    return toMessage({ ...signed, value: { ...signed.value, reuse: 'resale' } })
  }
  const lies: [string, string, () => Uint8Array][] = [
    ['an altered body', 'BODY_WRONG', altered],
    ['a forged licence', 'SIGNER_WRONG', relicensed],
    [
      'an answer to another question',
      'ANSWER_UNFIT',
      () => toMessage(sign(providing, { question: sha256(toBytes('tuesday')) })),
    ],
    ['what was for its asker alone', 'LICENCE_BROKEN', () => toMessage(sign(providing, { reuse: 'none' }))],
    [
      'what may only be shared, for money',
      'LICENCE_BROKEN',
      () => toMessage(sign(providing, { reuse: 'share' })),
    ],
    ['what is no answer', 'MESSAGE_MALFORMED', () => Uint8Array.of(1, 2, 3)],
    ['what is over', 'ANSWER_EXPIRED', () => toMessage(sign(providing, { at: NOW - 60n }))],
    [
      'what is over, and was given this very moment',
      'ANSWER_EXPIRED',
      () => toMessage(sign(providing, { ttl: 0n })),
    ],
    ['an answer of its own', 'AGENT_UNTRUSTED', () => toMessage(sign(holding))],
  ]
  for (const [what, code, message] of lies) {
    it(`does not use ${what}`, async () => {
      provide()
      hold(message())
      expect(await ask()).to.include({ from: 'provider', text: 'seventeen' })
      expect(faults.map((fault) => fault.code)).to.deep.equal([code])
    })
  }

  it('holds a forgery against who handed it over, and little against clocks that differ', async () => {
    provide()
    hold(altered())
    hold(toMessage(sign(providing, { at: NOW - 60n })), { identity: other })
    // Each in other words, so that none is answered from memory.
    for (const limit of [1, 2, 3]) await ask({}, `data.prices limit ${limit}`)
    const isMuted = ({ peerId }: Identity) => scores.isMuted(peerId.toString())
    expect([isMuted(holding), isMuted(other), isMuted(providing)]).to.deep.equal([true, false, false])
  })

  it('asks another provider where one gives an answer to another question', async () => {
    provide(other, () => toMessage(sign(other, { question: sha256(toBytes('tuesday')) })))
    provide()
    expect(await ask()).to.include({ source: providing.address })
    expect(faults.map(({ code }) => code)).to.deep.equal(['ANSWER_UNFIT'])
  })

  it('does not keep what holds for no time', async () => {
    provide(providing, () => toMessage(sign(providing, { ttl: 0n, reuse: 'none' })))
    expect(await ask()).to.include({ from: 'provider' })
    expect(await ask()).to.include({ from: 'provider' })
  })
})
