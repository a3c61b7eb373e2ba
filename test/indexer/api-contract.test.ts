import { expect } from 'chai'
import type { HDAccount } from 'viem/accounts'
import { z } from 'zod'
import { rideDraft } from '../../agent/index.ts'
import type { Hex } from '../../protocol/types.ts'
import { type ServedMarket, serveMarket } from './support/api.ts'
import { Court } from './support/court.ts'
import { EnergyMarket } from './support/energy.ts'
import { askValidator, remark } from './support/feedback.ts'
import { Governor } from './support/governor.ts'
import { removeDataDirs } from './support/index-of.ts'
import { LearningRound } from './support/learning.ts'

const RIDE = {
  ...{ pickup: '8a1f8d099907fff', dropoff: '8a1f8d0999a7fff', seats: 2, earliest: 1_900_000_000n },
  ...{ wait: 300, detour: 0, way: { metres: 4_200, seconds: 600 } },
}

type Json = { [key: string]: Json } & Json[] & string

/** The document itself says what is asked and what must come back. */
describe('the API and its OpenAPI document', function () {
  this.timeout(60_000)
  let served: ServedMarket
  let document: Json
  const examples: Record<string, string> = { agentId: '3' }

  before(async () => {
    served = await serveMarket()
    const { market, mesh, buyer, seller } = served
    await market.trade(buyer, seller)
    await market.open(buyer, seller, await market.draft(buyer, seller))
    await market.revoke(buyer, await market.draft(buyer, seller))
    await market.spotTrade(buyer, seller)
    const contested = await market.draft(buyer, seller)
    await market.open(buyer, seller, contested)
    await market.deliver(seller, contested)
    await market.dispute(buyer, contested)
    mesh.capability(seller, { agentId: 2n })
    examples.hash = mesh.intent(buyer).hash
    const { hash: intentHash } = mesh.intent(buyer, rideDraft(RIDE, 5_000_000n))
    await market.open(buyer, seller, await market.draft(buyer, seller, { intentHash }))
    const operator = await market.join(3)
    await clearOneSlot(served, operator)
    examples.id = await contest(served)
    const governor = await Governor.awaken(market, 'rides')
    await governor.propose('More stake')
    await served.caughtUp()
    const [{ proposalId }] = (await served.get('/v1/governance/proposals')).body.data
    await governor.vote(BigInt(proposalId), 'so be it')
    examples.proposalId = proposalId
    examples.round = await learn(served, operator)
    examples.baseModel = examples.round
    examples.arbitrable = market.deployment.contracts.intentEscrow
    await remark(market, buyer, 3n)
    await askValidator(market, operator, seller, 3n, `0x${'ab'.repeat(32)}`)
    await served.caughtUp()
    document = (await served.get('/openapi.json')).body
    const [{ market: id, slot }] = (await served.get('/v1/energy/slots')).body.data
    Object.assign(examples, { market: id, slot })
  })
  after(async () => {
    await served?.stop()
    removeDataDirs()
  })

  it('requires of a body what cannot be left out, and no more', () => {
    const schema =
      document.paths?.['/v1/intents/prepare']?.post?.requestBody?.content?.['application/json']?.schema
    expect(schema?.required).to.deep.equal('agent side capability quantity price lot start end'.split(' '))
    expect(Object.keys(schema?.properties ?? {})).to.include.members(['area', 'life', 'attributes', 'replay'])
  })

  /** Tried elsewhere: what is no JSON, and what is for who has a key. */
  const others = ['/v1/stream', '/v1/keys']
  /** What can be read without a node in the mesh; what takes one is tried with one, in test/e2e/http-trading.test.ts and http-selling.test.ts. */
  const jsonPaths = () =>
    Object.entries(document.paths ?? {}).filter(
      ([path, { get: read }]) =>
        read !== undefined && !others.includes(path) && !/\/(release|deal)$/.test(path),
    )
  const fill = (path: string) => path.replace(/\{(\w+)\}/g, (_, name) => examples[name] ?? '')
  /** A request with all that the document requires, and what is given besides. */
  const url = (path: string, operation: Json, given: Record<string, string> = {}) => {
    const required = parameters(operation, 'query').filter((parameter) => parameter.required)
    const query = { ...Object.fromEntries(required.map(({ name = '' }) => [name, samples(name)])), ...given }
    return `${fill(path)}?${Object.entries(query)
      .map(([name, value]) => `${name}=${value}`)
      .join('&')}`
  }
  /** A value of a parameter; an address where nothing else is known. */
  const samples = (name: string) =>
    ({
      limit: '1',
      side: 'buy',
      capability: 'energy.supply',
      area: '881f8d4a49fffff',
      from: '0',
      until: '99999999999',
      minReputation: '0.5',
      text: 'agents',
      query: 'energy.supply',
      ...examples,
    })[name] ?? served.buyer.address
  const parameters = (operation: Json | undefined, place: string) =>
    ((operation?.get?.parameters ?? []) as Json[]).filter((parameter) => parameter.in === place)

  /** The documented schema, with nothing allowed beyond what is documented. */
  function validator(schema: unknown): z.ZodType {
    const closed = JSON.parse(
      JSON.stringify({ ...(schema as object), $defs: document.components?.schemas }),
      (_, value) =>
        typeof value === 'object' && value !== null && 'properties' in value
          ? { ...value, additionalProperties: false }
          : value,
    )
    const text = JSON.stringify(closed).replaceAll('#/components/schemas/', '#/$defs/')
    return z.fromJSONSchema(JSON.parse(text))
  }

  it('documents the whole surface, in OpenAPI 3.1', () => {
    expect(document.openapi).to.equal('3.1.0')
    expect(Object.keys(document.paths ?? {})).to.have.members([
      ...['/v1/agents', '/v1/agents/{agentId}'],
      '/v1/agents/{agentId}/.well-known/agent-card.json',
      '/v1/agents/{agentId}/feedback',
      '/v1/agents/{agentId}/validations',
      '/v1/agents/{agent}/services/{service}',
      '/v1/intents',
      '/v1/intents/prepare',
      '/v1/intents/{hash}/offers',
      '/v1/agreements',
      '/v1/agreements/{id}',
      '/v1/agreements/{id}/release',
      '/v1/agreements/prepare',
      '/v1/agreements/{id}/deal',
      '/v1/agreements/{id}/delivery',
      '/v1/agreements/{id}/delivery/prepare',
      '/v1/offers',
      '/v1/offers/prepare',
      '/v1/withdrawals',
      '/v1/withdrawals/prepare',
      '/v1/trades',
      '/v1/rides',
      '/v1/disputes',
      '/v1/disputes/{arbitrable}/{id}',
      '/v1/disputes/{arbitrable}/{id}/evidence',
      '/v1/models',
      '/v1/rounds',
      '/v1/rounds/{round}',
      '/v1/rounds/{round}/updates',
      '/v1/governance/proposals',
      '/v1/governance/proposals/{proposalId}/votes',
      '/v1/governance/parameters',
      '/v1/energy/markets',
      '/v1/energy/members',
      '/v1/energy/slots',
      '/v1/energy/slots/{market}/{slot}',
      '/v1/energy/slots/{market}/{slot}/orders',
      '/v1/energy/orders',
      '/v1/energy/prices',
      ...['/v1/stats', '/v1/stats/series'],
      '/v1/network',
      ...['/v1/keys', '/v1/keys/prepare', '/v1/keys/{id}/revoke'],
      '/v1/stream',
      '/v1/webhooks',
      ...['prepare', 'list', '{id}/letters', '{id}/redeliver', '{id}/ping', '{id}/delete'].map(
        (path) => `/v1/webhooks/${path}`,
      ),
      ...['/health', '/ready'],
      '/.well-known/agent-card.json',
    ])
  })

  it('answers every documented route as its schema says, and with no field that it does not say', async () => {
    for (const [path, operation] of jsonPaths()) {
      const { status, body, headers } = await served.get(url(path, operation))
      expect(status, path).to.equal(200)
      expect(headers.get('content-type'), path).to.match(/^application\/json/)
      const schema = operation.get?.responses?.['200']?.content?.['application/json']?.schema
      expect(schema, path).to.be.an('object')
      const result = validator(schema).safeParse(body)
      expect(result.success, `${path}: ${result.error}`).to.equal(true)
      // Offers come to a node in the mesh.
      const isEmpty = Array.isArray(body.data) && body.data.length === 0
      expect(isEmpty, path).to.equal(path.endsWith('/offers'))
    }
  })

  it('has a check that can fail: a field more, a field less, a wrong type', async () => {
    const schema =
      document.paths?.['/v1/trades']?.get?.responses?.['200']?.content?.['application/json']?.schema
    const { body } = await served.get('/v1/trades')
    const [trade] = body.data
    const check = validator(schema)
    expect(check.safeParse(body).success).to.equal(true)
    expect(check.safeParse({ ...body, data: [{ ...trade, extra: 1 }] }).success).to.equal(false)
    expect(check.safeParse({ ...body, data: [{ ...trade, fee: undefined }] }).success).to.equal(false)
    expect(check.safeParse({ ...body, data: [{ ...trade, quantity: 250 }] }).success).to.equal(false)
  })

  it('says in every answer about the market which block it is true of', async () => {
    const { blockNumber, blockHash } = served.indexer.head()
    // Cards have a form of their own.
    const isOurs = (path: string) => path.startsWith('/v1/') && !path.endsWith('/agent-card.json')
    for (const [path, operation] of jsonPaths().filter(([path]) => isOurs(path))) {
      const { body } = await served.get(url(path, operation))
      expect(body.meta, path).to.deep.equal({ blockNumber, blockHash, chainId: 31337 })
    }
  })

  /** A problem says in words of the API's own what was expected and what came. */
  function expectPlainWords({ expected, received, field }: Json): void {
    expect(expected, field)
      .to.be.a('string')
      .and.not.match(/invalid|too (small|big)|unrecognized|received/i)
    expect(received, field).to.be.a('string')
  }

  it('takes every documented query parameter and refuses a malformed one by name', async () => {
    const malformed: Record<string, string[]> = {
      capability: ['', '%20', 'Energy', '.', 'x'.repeat(300)],
      area: ['', 'zz', '%20', '881f8d4a49ffff'],
    }
    let tried = 0
    for (const [path, operation] of jsonPaths()) {
      for (const { name, schema } of parameters(operation, 'query')) {
        if (name === undefined) continue
        for (const value of [...(malformed[name] ?? []), '%00nonsense']) {
          const bad = await served.get(url(path, operation, { [name]: value }))
          expect([bad.status, bad.body.field], `${path} ${name}=${value}`).to.deep.equal([400, name])
          expectPlainWords(bad.body)
        }
        if (name === 'cursor') continue
        const value = schema?.enum?.[0] ?? samples(name)
        const good = await served.get(url(path, operation, { [name]: value }))
        expect(good.status, `${path} ${name}`).to.equal(200)
        tried++
      }
    }
    expect(tried).to.be.greaterThan(10)
  })

  it('refuses an unknown parameter, one given twice, and a malformed path', async () => {
    for (const [path, operation] of jsonPaths()) {
      const { status, body } = await served.get(url(path, operation, { nonsense: '1' }))
      expect([status, body.field], path).to.deep.equal([400, 'nonsense'])
    }
    const twice = await served.get('/v1/trades?limit=1&limit=2')
    expect(twice.body).to.include({ status: 400, field: 'limit', expected: 'one value', received: '1,2' })
    for (const parameter of ['area', 'agent', 'cursor']) {
      const { body } = await served.get(`/v1/intents?${parameter}=1&${parameter}=2`)
      expect(body).to.include({ status: 400, field: parameter, expected: 'one value' })
    }
    const path = await served.get('/v1/agents/nobody')
    expect([path.status, path.body.field]).to.deep.equal([400, 'agentId'])
    const encoding = await served.get('/v1/agents/%ff')
    expect([encoding.status, encoding.body.field]).to.deep.equal([400, 'path'])
  })

  it('answers what is not there, not allowed or too large with a problem', async () => {
    const problem = validator({ $ref: '#/$defs/Problem' })
    const unknownId = `0x${'00'.repeat(32)}`
    const answers = [
      [404, await served.get('/v1/agents/999999')],
      [404, await served.get(`/v1/agreements/${unknownId}`)],
      [404, await served.get('/v2')],
      [405, await served.get('/v1/trades', { method: 'DELETE' })],
      [405, await served.get('/health', { method: 'POST', body: '{}' })],
      [413, await served.get('/v1/trades', { method: 'PUT', body: 'x'.repeat(20_000) })],
      [503, await served.get(`/v1/agreements/${unknownId}/release`)],
    ] as const
    for (const [status, answer] of answers) {
      expect(answer.status).to.equal(status)
      expect(answer.headers.get('content-type')).to.match(/^application\/problem\+json/)
      expect(problem.safeParse(answer.body).success, JSON.stringify(answer.body)).to.equal(true)
      expect(answer.body.status).to.equal(status)
      expect(answer.body.remedy, `what to do about ${status}`).to.match(/\w+/)
    }
    expect(answers[3][1].headers.get('allow')).to.equal('GET, HEAD')
  })

  it('answers 304 while nothing has changed, of what follows from the chain alone until the next block', async () => {
    const byBlock = ['/v1/trades', `/v1/agreements/${examples.id}`, '/v1/energy/slots?status=cleared']
    const byBody = ['/v1/agents', '/v1/intents', '/v1/network']
    // Left to itself, fetch adds `Cache-Control: no-cache`, which asks for a full answer.
    const headers = new Map<string, Record<string, string>>()
    const { blockHash } = served.indexer.head()
    for (const path of [...byBlock, ...byBody]) {
      const etag = (await served.get(path)).headers.get('etag') ?? ''
      expect(etag === `W/"${blockHash}"`, path).to.equal(byBlock.includes(path))
      headers.set(path, { 'If-None-Match': etag, 'Cache-Control': 'max-age=0' })
      const again = await served.get(path, { headers: headers.get(path) ?? {} })
      expect([again.status, again.body, again.headers.get('etag')], path).to.deep.equal([304, '', etag])
    }
    const malformed = await served.get('/v1/trades?limit=0', { headers: headers.get('/v1/trades') ?? {} })
    expect(malformed.status).to.equal(400)
    await served.market.trade(served.buyer, served.seller)
    await served.caughtUp()
    for (const path of byBlock) {
      const changed = await served.get(path, { headers: headers.get(path) ?? {} })
      expect([changed.status, changed.headers.get('etag')], path).to.deep.equal([
        200,
        `W/"${served.indexer.head().blockHash}"`,
      ])
    }
  })

  it('has a page for people that names every route', async () => {
    const { status, body, headers } = await served.get('/api')
    expect(status).to.equal(200)
    expect(headers.get('content-type')).to.match(/^text\/html/)
    for (const path of Object.keys(document.paths ?? {})) expect(body).to.include(path)
    expect(body).to.include('<a href="/docs">Its description').and.not.include('minor units')
    // What is linked answers.
    const links = [...String(body).matchAll(/<li><a href="([^"]+)"/g)].map(([, path]) => path ?? '')
    expect(links).to.include('/v1/trades').and.to.deep.equal(links.toSorted())
    for (const path of links.filter((each) => each !== '/v1/stream')) {
      expect((await served.get(path)).status, path).to.equal(200)
    }
    // Three trades of 250 units at 0.19 for 1,000, and half of a contested one; of a spot trade the chain tells no lot, so it may be no energy.
    expect(body).to.include('<td>0.625 kWh').and.include('<td>0.16625 test dollars')
    expect(body).to.include('<td>0.19 test dollars per kWh')
    expect(body, 'it fits a telephone').to.include('<meta name="viewport" content="width=device-width">')
    expect(body, 'and asks for no file').to.match(/<link rel="icon" href="data:image\/svg/)
  })
})

/** A cleared slot of an energy market. */
async function clearOneSlot({ market, buyer, seller }: ServedMarket, operator: HDAccount): Promise<void> {
  const energy = await EnergyMarket.create(market, operator, 0n)
  await energy.admit([buyer, seller])
  const slot = await energy.nextSlot()
  await energy.submit(slot, [
    { member: buyer, side: 'buy', steps: [{ price: 200_000n, quantity: 500n }] },
    { member: seller, side: 'sell', steps: [{ price: 100_000n, quantity: 400n }] },
  ])
  await energy.clear(slot)
}

/** An agreement that is before jurors, with evidence. */
async function contest({ market, buyer, seller }: ServedMarket): Promise<Hex> {
  const court = new Court(market)
  const agreement = await market.draft(buyer, seller, {}, court.address)
  const id = await market.open(buyer, seller, agreement)
  await market.deliver(seller, agreement)
  await market.dispute(buyer, agreement)
  await court.submitEvidence(seller, id, 'ipfs://meter')
  return id
}

/** A round of learning that made a model. */
async function learn({ market, buyer }: ServedMarket, participant: HDAccount): Promise<Hex> {
  const round = await LearningRound.open(market, buyer, 1n)
  await round.commit(participant, 3n, 'a')
  await round.pass('commitUntil')
  await round.reveal(participant, 0, 'a')
  await round.pass('attestUntil')
  await round.propose(participant, 'better model')
  await round.pass('closeAt')
  await round.settle()
  return round.id
}
