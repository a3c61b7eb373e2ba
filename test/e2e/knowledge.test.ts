import { expect } from 'chai'
import { sha256, toBytes } from 'viem'
import {
  type AcquiredKnowledge,
  type AskKnowledgeOptions,
  citing,
  documentQuestion,
  hasEnded,
  Library,
  type MeshNetwork,
  type Reuse,
} from '../../agent/index.ts'
import { cidOf, signKnowledge, toMessage } from '../../agent/protocols/knowledge/answer.ts'
import { meshDomain } from '../../protocol/deployment.ts'
import { until } from '../agent/support/until.ts'
import { startMarket, type TestMarket } from './support/market.ts'
import { PRICE, refusal } from './support/services.ts'

const TERMS = { price: PRICE, ttl: 600n, licence: 'CC-BY-4.0', reuse: 'resale' } as const
const textOf = (bytes: Uint8Array) => new TextDecoder().decode(bytes)

describe('knowledge', function () {
  this.timeout(60_000)
  let market: TestMarket
  let provider: MeshNetwork
  /** Questions that were worked on. */
  let computed: string[]
  let agents: MeshNetwork[]
  let faults: unknown[]

  before(async () => {
    market = await startMarket()
  })
  after(() => market.stop())

  beforeEach(async () => {
    computed = []
    faults = []
    provider = await market.join({ capabilities: ['data.prices', 'facts.energy'] })
    agents = [provider]
  })
  afterEach(() => Promise.all(agents.map((agent) => agent.disconnect())))

  const rowsOf = (question: Uint8Array) => {
    computed.push(textOf(question))
    return { kind: 'dataset', contentType: 'text/csv', body: `time,price\n${textOf(question)},17` } as const
  }

  async function join(init: Parameters<TestMarket['join']>[0] = {}): Promise<MeshNetwork> {
    const agent = await market.join({
      bootstrapPeers: provider.endpoints,
      capabilities: [],
      domains: ['data', 'facts'],
      onError: (error) => faults.push(error),
      ...init,
    })
    agents.push(agent)
    return agent
  }

  const knows = (agent: MeshNetwork, capability: string, from = 1) =>
    until(
      async () => (await agent.discoverAgents({ capabilities: [capability], limit: from })).length === from,
    )

  async function ask(
    agent: MeshNetwork,
    question: string,
    options: AskKnowledgeOptions = {},
  ): Promise<AcquiredKnowledge> {
    await knows(agent, 'data.prices')
    return agent.askKnowledge('data.prices', question, { maxPrice: PRICE, ...options })
  }

  it('is computed once: who asks next pays a tenth, to whoever asked before, and then nothing', async () => {
    provider.serveKnowledge('data.prices', rowsOf, TERMS)
    const first = await join()
    const bought = await ask(first, 'monday')
    expect(bought).to.include({ from: 'provider', source: provider.address, paid: PRICE })
    expect(bought.text).to.equal('time,price\nmonday,17')
    expect(bought.value).to.include({ agent: provider.address, licence: 'CC-BY-4.0', reuse: 'resale' })

    const second = await join()
    await knows(second, 'data.prices.copy')
    const copy = await ask(second, 'monday')
    expect(copy).to.include({ from: 'holder', source: first.address, paid: PRICE / 10n, cid: bought.cid })
    expect(copy.value).to.deep.equal(bought.value)
    expect(await ask(second, 'monday')).to.include({ from: 'memory', paid: 0n, bytes: 0, cid: bought.cid })
    expect(computed).to.deep.equal(['monday'])

    // Money moves on chain: the copy is paid to who held it.
    const sale = first.deals().find(({ agreement }) => agreement.seller === first.address)
    if (sale === undefined) throw new Error('no sale')
    const ended = first.untilDeal(sale.id, hasEnded, { signal: AbortSignal.timeout(20_000) })
    await second.disconnect()
    expect(await ended).to.deep.include({
      state: 'settled',
      outcome: { quantity: 1n, paid: PRICE / 10n },
    })
  })

  it('outlives who computed it, while it holds', async () => {
    provider.serveKnowledge('data.prices', rowsOf, TERMS)
    const first = await join()
    await ask(first, 'monday')
    const second = await join({ bootstrapPeers: first.endpoints })
    await knows(second, 'data.prices.copy')
    await provider.disconnect()
    const by = [provider.address]
    const copy = await second.askKnowledge('data.prices', 'monday', { maxPrice: PRICE, by })
    expect(copy).to.include({ from: 'holder', source: first.address })
    expect(copy.value.agent).to.equal(provider.address)
  })

  it('is passed on by nobody where it is for one asker alone, or its buyer keeps it', async () => {
    provider.serveKnowledge('data.prices', rowsOf, { price: PRICE, ttl: 600n })
    provider.serveKnowledge('facts.energy', rowsOf, TERMS)
    const first = await join()
    await ask(first, 'monday')
    await first.askKnowledge('facts.energy', 'monday', { maxPrice: PRICE, passOn: false })
    expect(first.recordOf(first.address)).to.equal(undefined)
    expect(await ask(first, 'monday'), 'it may keep it').to.include({ from: 'memory' })
    const second = await join()
    expect(await ask(second, 'monday')).to.include({ from: 'provider', paid: PRICE })
    expect(computed).to.deep.equal(['monday', 'monday', 'monday'])
  })

  it('costs no more than its asker allows', async () => {
    provider.serveKnowledge('data.prices', rowsOf, TERMS)
    const first = await join()
    expect(await refusal(ask(first, 'monday', { maxPrice: PRICE - 1n }))).to.include({
      code: 'PRICE_TOO_HIGH',
    })
    expect(first.deals()).to.deep.equal([])
    expect(await refusal(first.askKnowledge('data.none', 'x'))).to.include({ code: 'AGENT_MISSING' })
  })

  describe('from a hostile holder', () => {
    /** An agent that says it has a copy, for nothing, and hands over what it likes. */
    async function lie(question: string, message: (liar: MeshNetwork) => Uint8Array | Promise<Uint8Array>) {
      const holds = [cidOf(sha256(toBytes(question)))]
      const capability = {
        name: 'data.prices.copy',
        attributes: [{ name: 'holds', type: 'set', values: holds } as const],
      }
      const liar = await join({ capabilities: [capability] })
      const handed = await message(liar)
      liar.serve('data.prices.copy', () => handed)
    }
    const domain = () => meshDomain(market.descriptor().deployment)
    const signedBy = async (
      agent: MeshNetwork,
      question: string,
      { ttl = 600n, reuse = 'resale' as Reuse, ago = 0n } = {},
    ) => {
      const identity = await agent.load()
      const now = BigInt(Math.floor(Date.now() / 1000)) - ago
      const asked = { capability: 'data.prices', question: sha256(toBytes(question)), now }
      const draft = { kind: 'dataset', contentType: 'text/csv', body: 'a lie' } as const
      return signKnowledge({ identity, domain: domain() }, asked, draft, { ttl, licence: 'MIT', reuse })
    }

    const lies: [string, string, (liar: MeshNetwork) => Promise<Uint8Array>][] = [
      [
        'another body',
        'BODY_WRONG',
        async () => {
          const answer = await signedBy(provider, 'monday')
          return toMessage({ ...answer, body: toBytes('another lie') })
        },
      ],
      [
        'another licence',
        'SIGNER_WRONG',
        async () => {
          const answer = await signedBy(provider, 'monday')
          return toMessage({ ...answer, value: { ...answer.value, licence: 'CC0-1.0' } })
        },
      ],
      ['an answer of its own', 'AGENT_UNTRUSTED', async (liar) => toMessage(await signedBy(liar, 'monday'))],
      [
        'an answer to another question',
        'ANSWER_UNFIT',
        async () => toMessage(await signedBy(provider, 'tuesday')),
      ],
      [
        'what does not hold any more',
        'ANSWER_EXPIRED',
        async () => toMessage(await signedBy(provider, 'monday', { ttl: 60n, ago: 61n })),
      ],
      [
        'what was for its asker alone',
        'LICENCE_BROKEN',
        async () => toMessage(await signedBy(provider, 'monday', { reuse: 'none' })),
      ],
      ['what is no answer', 'MESSAGE_MALFORMED', async () => Uint8Array.of(1, 2, 3)],
    ]
    for (const [what, code, message] of lies) {
      it(`is not believed: ${what}`, async () => {
        provider.serveKnowledge('data.prices', rowsOf, TERMS)
        await lie('monday', message)
        const asker = await join()
        await knows(asker, 'data.prices.copy')
        const answer = await ask(asker, 'monday')
        expect(answer).to.include({ from: 'provider', paid: PRICE })
        expect(answer.text).to.equal('time,price\nmonday,17')
        expect(faults.map((fault) => (fault as { code?: string }).code)).to.include(code)
      })
    }
  })

  it('is had from another provider when one gives the answer to another question', async () => {
    const honest = await join({ capabilities: ['data.prices'] })
    honest.serveKnowledge('data.prices', rowsOf, TERMS)
    const asker = await join()
    await knows(asker, 'data.prices', 2)
    const answer = await ask(asker, 'tuesday')
    provider.serve('data.prices', () => toMessage(answer), { price: PRICE })
    // Who is asked first is drawn by lot.
    for (let day = 0; day < 10; day++) {
      const other = await ask(asker, `day ${day}`)
      expect(other.value.agent).to.equal(honest.address)
      expect(other.text).to.equal(`time,price\nday ${day},17`)
    }
    expect(faults.map((fault) => (fault as { code?: string }).code)).to.include('ANSWER_UNFIT')
  })

  it('goes on being served to others while one asks for what there is not, again and again', async () => {
    provider.serveKnowledge('data.prices', rowsOf, { ...TERMS, reuse: 'share' })
    const holder = await join()
    await ask(holder, 'monday')
    const [flooder, asker] = [await join(), await join()]
    await Promise.all([flooder, asker].map((agent) => knows(agent, 'data.prices.copy')))
    const [copies] = await flooder.discoverAgents('data.prices.copy')
    const flood = Array.from({ length: 300 }, (_, index) =>
      refusal(flooder.request(copies, sha256(toBytes(`none ${index}`)))),
    )
    expect(await ask(asker, 'monday')).to.include({ from: 'holder', paid: 0n })
    for (const fault of await Promise.all(flood)) expect(fault).to.include({ code: 'SERVICE_REFUSED' })
    expect(computed).to.deep.equal(['monday'])
  })

  it('is looked up in what is held first, and then had of who holds more, with citations that verify', async () => {
    const theirs = new Library()
    const report = theirs.add('Nobody has a battery.\n\nHome 2 has 5 kWp of solar panels.', 'a report')
    provider.serveKnowledge('facts.energy', citing(theirs, { threshold: 0.5 }), TERMS)
    const asker = await join()
    await knows(asker, 'facts.energy')
    const own = new Library()
    own.add('A kilowatt hour is a thousand watt hours.\n\nA megawatt hour is a million.', 'a book')

    const options = { query: 'facts.energy', threshold: 0.5, maxPrice: PRICE } as const
    const known = await asker.lookUp(own, 'how many watt hours', options)
    expect(known.answer).to.equal(undefined)
    expect(known.passages[0]?.text).to.equal('A kilowatt hour is a thousand watt hours.')
    const { answer } = await asker.lookUp(own, 'who has solar panels', options)
    expect(answer?.text).to.equal('Home 2 has 5 kWp of solar panels.')
    expect(answer?.value.citations[0]).to.include({ content: report, source: 'a report' })

    // What is cited is had of who cites it, and checked.
    const contentOf = async (digest: `0x${string}`) =>
      (await asker.askKnowledge('facts.energy', documentQuestion(digest), { maxPrice: PRICE })).body
    const checked = await asker.askKnowledge('facts.energy', 'who has a battery', {
      maxPrice: PRICE,
      contentOf,
    })
    expect(checked.value.citations[0]?.quote).to.equal('Nobody has a battery.')
    const other = { maxPrice: PRICE, contentOf: async () => toBytes('Everybody has a battery.') }
    expect(await refusal(asker.askKnowledge('facts.energy', 'a battery', other))).to.include({
      code: 'CITATION_FALSE',
    })
    expect(await refusal(asker.askKnowledge('facts.energy', 'zebra', { maxPrice: PRICE }))).to.include({
      code: 'SERVICE_REFUSED',
    })
  })
})
