import { appendFile, readFile } from 'node:fs/promises'
import { expect } from 'chai'
import type { Parts } from '../../agent/assemble.ts'
import {
  type Deal,
  type FoundAgent,
  hasEnded,
  type MeshNetwork,
  type RefusedError,
} from '../../agent/index.ts'
import { JOURNAL_FILE } from '../../agent/policy/read-deals.ts'
import { meshDomain, networkName } from '../../protocol/deployment.ts'
import { hashServiceAnswer } from '../../protocol/eip712.ts'
import { verifyDigest } from '../../protocol/signature.ts'
import { temporaryPaths } from '../agent/support/temporary.ts'
import { until } from '../agent/support/until.ts'
import { AgentProcess } from './support/agent-process.ts'
import { startMarket, type TestMarket } from './support/market.ts'
import { findService, PRICE, refusal } from './support/services.ts'

/** What an agent is made of, for one that does not keep to the rules. */
const partsOf = (network: MeshNetwork) =>
  Reflect.get(network, 'parts') as Parts & { trade: NonNullable<Parts['trade']> }

describe('a service', function () {
  this.timeout(60_000)
  const path = temporaryPaths()
  let market: TestMarket
  let provider: MeshNetwork
  let asker: MeshNetwork
  let service: Pick<FoundAgent, 'record'>
  /** Questions that the provider was asked. */
  let asked: string[]

  const textOf = (bytes: Uint8Array) => new TextDecoder().decode(bytes)

  before(async () => {
    market = await startMarket()
  })
  after(() => market.stop())

  beforeEach(async () => {
    asked = []
    provider = await market.join({ capabilities: ['data.fx', 'data.free'] })
    asker = await market.join({ bootstrapPeers: provider.endpoints })
    service = await find(asker)
  })
  afterEach(async () => {
    await asker.disconnect()
    await provider.disconnect()
  })

  const find = (from: MeshNetwork) => findService(from, provider)

  const answerTo = (question: Uint8Array) => {
    asked.push(textOf(question))
    return `1.0${asked.length} at ${textOf(question)}`
  }
  const ask = (question: string, more = {}) =>
    asker.request(service, question, { capability: 'data.fx', maxPrice: PRICE, ...more })
  /** An asker of which three questions were answered, when it is killed. */
  const askThriceAndDie = async () => {
    const killed = new AgentProcess(market, { directory: path('killed') })
    await killed.start(provider.endpoints)
    const questions = ['monday', 'tuesday', 'wednesday']
    killed.send({ type: 'ask', capability: 'data.fx', questions, maxPrice: PRICE })
    await killed.until(() => killed.answers.length === 3)
    await killed.kill()
  }
  const ended = async (network: MeshNetwork): Promise<Deal> => {
    const [deal] = network.deals()
    if (deal === undefined) throw new Error('no deal')
    return network.untilDeal(deal.id, hasEnded, { signal: AbortSignal.timeout(20_000) })
  }

  it('says what it costs, before it is asked and on an open tab, to whom has heard of it', async () => {
    provider.serve('data.fx', answerTo, { price: PRICE })
    provider.serve('data.free', answerTo)
    expect(asker.recordOf(provider.address)?.hash).to.equal(service.record.hash)
    expect(asker.recordOf(`0x${'1'.repeat(40)}`)).to.equal(undefined)
    expect(await asker.priceOf(service, { capability: 'data.fx' })).to.equal(PRICE)
    expect(await asker.priceOf(service, { capability: 'data.free' })).to.equal(0n)
    expect(asker.deals()).to.deep.equal([])
    await ask('monday')
    expect(await asker.priceOf(service, { capability: 'data.fx' })).to.equal(PRICE)
    expect(asked).to.deep.equal(['monday'])
  })

  it('is paid for what it answered, by one agreement, and the rest of the payment comes back', async () => {
    provider.serve('data.fx', answerTo, { price: PRICE })
    const before = await asker.account.balance()
    const answers = []
    for (const day of ['monday', 'tuesday', 'wednesday']) answers.push(await ask(day, { requests: 10 }))
    expect(answers.map(({ text }) => text)).to.deep.equal([
      '1.01 at monday',
      '1.02 at tuesday',
      '1.03 at wednesday',
    ])
    expect(asker.deals()).to.have.length(1)
    expect(await asker.account.balance(), 'ten are in escrow').to.equal(before - 10n * PRICE)
    const sold = ended(provider)
    await asker.disconnect()
    expect(await sold).to.deep.include({ state: 'settled', outcome: { quantity: 3n, paid: 3n * PRICE } })
    asker = await market.join({ enrolls: false })
  })

  it('keeps no payment for longer than half an hour', async () => {
    provider.serve('data.fx', answerTo, { price: PRICE })
    const { chain } = partsOf(provider).trade
    const now = chain.now.bind(chain)
    chain.now = async () => (await now()) + 20n * 24n * 3600n
    expect(await refusal(ask('monday'))).to.include({ code: 'QUOTE_INVALID', field: 'quote.end' })
    expect(asker.deals()).to.deep.equal([])
  })

  it('answers nothing for a payment that its asker could have back in a moment', async () => {
    provider.serve('data.fx', answerTo, { price: PRICE })
    const { negotiation } = partsOf(asker).trade
    const offer = negotiation.offer.bind(negotiation)
    negotiation.offer = (intent, proposal, options) => offer(intent, proposal, { ...options, duration: 60n })
    expect(await refusal(ask('monday'))).to.include({
      code: 'SERVICE_DECLINED',
      received: 'invalid: DEADLINE_TOO_EARLY',
    })
  })

  it('gives nobody for nothing what another has paid for', async () => {
    provider.serve('data.fx', answerTo, { price: PRICE, ttl: 600n })
    await ask('monday')
    const other = await market.join({ bootstrapPeers: provider.endpoints })
    const there = await find(other)
    await other.request(there, 'x', { capability: 'data.free' }).catch(() => undefined)
    expect(await refusal(other.request(there, 'monday', { capability: 'data.fx', share: true }))).to.include({
      code: 'PRICE_TOO_HIGH',
    })
  })

  it('is asked without delay when neighbours say nothing', async () => {
    provider.serve('data.fx', answerTo, { price: PRICE })
    await ask('monday')
    const neighbour = await market.join({ bootstrapPeers: asker.endpoints })
    await find(neighbour)
    const connections = partsOf(asker).node.getConnections(neighbour.peerId)
    expect(connections).not.to.have.length(0)
    for (const connection of connections) {
      connection.newStream = (_, { signal } = {}) =>
        new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)))
    }
    await ask('tuesday', { share: true, signal: AbortSignal.timeout(3_000) })
  })

  it('is told by an asker that it was too slow for, and is paid for the rest', async () => {
    const never = new Promise<string>(() => undefined)
    provider.serve('data.fx', (question) => (textOf(question) === 'slow' ? never : answerTo(question)), {
      price: PRICE,
    })
    await ask('monday')
    expect(await refusal(ask('slow', { timeout: 200 }))).to.include({ code: 'ANSWER_LATE' })
    expect(await ended(provider)).to.deep.include({ outcome: { quantity: 1n, paid: PRICE } })
  })

  it('ends its work when its asker has given up, and when it leaves itself', async () => {
    const signals: AbortSignal[] = []
    provider.serve('data.free', (_, { signal }) => {
      signals.push(signal)
      return new Promise<string>((_, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason))
      })
    })
    const free = { capability: 'data.free' }
    expect(await refusal(asker.request(service, 'x', { ...free, timeout: 200 }))).to.include({
      code: 'ANSWER_LATE',
    })
    await until(() => signals[0]?.aborted)
    expect(signals[0]?.reason).to.include({ code: 'PEER_GONE' })
    const asking = refusal(asker.request(service, 'x', free))
    await until(() => signals.length === 2)
    expect(signals[1]?.aborted).to.equal(false)
    await provider.disconnect()
    expect(signals[1]?.reason).to.include({ code: 'DISCONNECTED' })
    await asking
  })

  it('signs its answers, so that anybody can see what it said', async () => {
    provider.serve('data.fx', answerTo, { price: PRICE })
    const { value, signature } = await ask('monday')
    const digest = hashServiceAnswer(meshDomain(market.descriptor().deployment), value)
    expect(() => verifyDigest(digest, signature, provider.address)).not.to.throw()
    expect(() => verifyDigest(digest, signature, asker.address)).to.throw()
  })

  it('answers many at a time, and no more on credit than it says', async () => {
    let most = 0
    let running = 0
    provider.serve(
      'data.fx',
      async (question) => {
        running += 1
        most = Math.max(most, running)
        await new Promise((resolve) => setTimeout(resolve, 5))
        running -= 1
        return question
      },
      { price: PRICE, credit: 2 },
    )
    const questions = Array.from({ length: 40 }, (_, index) => `question ${index}`)
    const answers = await Promise.all(questions.map((question) => ask(question, { requests: 40 })))
    expect(answers.map(({ text }) => text)).to.deep.equal(questions)
    expect(asker.deals()).to.have.length(1)
    expect(most).to.equal(2)
    await ask('one more')
    expect(asker.deals(), 'the first one is used up').to.have.length(2)
  })

  it('costs no more than the asker allows, and asks it for nothing when it is free', async () => {
    provider.serve('data.fx', answerTo, { price: PRICE })
    provider.serve('data.free', answerTo)
    expect(await refusal(ask('monday', { maxPrice: PRICE - 1n }))).to.include({
      name: 'RefusedError',
      code: 'PRICE_TOO_HIGH',
      expected: `at most ${PRICE - 1n}`,
      received: PRICE,
    })
    expect((await asker.request(service, 'tuesday', { capability: 'data.free' })).text).to.equal(
      '1.01 at tuesday',
    )
    expect(asker.deals()).to.deep.equal([])
  })

  it('is not paid for what it fails to answer, and says so without telling why', async () => {
    provider.serve(
      'data.fx',
      (question) => {
        if (textOf(question) === 'bad') throw new Error('a secret path')
        return answerTo(question)
      },
      { price: PRICE },
    )
    await ask('good')
    const error = await refusal(ask('bad'))
    expect(error).to.include({ code: 'SERVICE_REFUSED', received: 'SERVICE_FAILED' })
    expect((error as RefusedError).message).not.to.include('secret')
    await ask('good too')
    const sold = ended(provider)
    await asker.disconnect()
    expect(await sold).to.deep.include({ outcome: { quantity: 2n, paid: 2n * PRICE } })
    asker = await market.join({ enrolls: false })
  })

  it('does the work once for all who ask the same while the answer holds', async () => {
    provider.serve('data.fx', answerTo, { price: PRICE, ttl: 600n })
    const first = await ask('monday')
    expect(await ask('monday'), 'from memory').to.equal(first)
    const other = await market.join({ bootstrapPeers: [...provider.endpoints, ...asker.endpoints] })
    const there = await find(other)
    const bought = await other.request(there, 'monday', { capability: 'data.fx', maxPrice: PRICE })
    expect(bought.text).to.equal(first.text)
    expect(asked).to.deep.equal(['monday'])
  })

  it('lets neighbours pass its answers on, each verifiable, when it is gone itself', async () => {
    provider.serve('data.fx', answerTo, { price: PRICE, ttl: 600n })
    const first = await ask('monday')
    const other = await market.join({ bootstrapPeers: asker.endpoints })
    const there = await find(other)
    await provider.disconnect()
    const shared = await other.request(there, 'monday', { capability: 'data.fx', share: true })
    expect(shared).to.deep.include({ value: first.value, signature: first.signature })
    expect(other.deals()).to.deep.equal([])
    provider = await market.join({ enrolls: false })
  })

  it('is paid by its newest voucher when its asker was killed', async () => {
    provider.serve('data.fx', answerTo, { price: PRICE, credit: 1 })
    await askThriceAndDie()
    // The agreement's time is nearly over: the third answer was not paid for.
    await market.later(1_760)
    expect(await ended(provider)).to.deep.include({
      state: 'settled',
      outcome: { quantity: 2n, paid: 2n * PRICE },
    })
  })

  it('is paid by its newest voucher when it comes back after the deadline, and its asker was killed', async () => {
    const directory = path('late')
    await provider.disconnect()
    provider = await market.join({ capabilities: ['data.fx'], bootstrapPeers: asker.endpoints, directory })
    provider.serve('data.fx', answerTo, { price: PRICE, credit: 1 })
    await askThriceAndDie()
    await provider.disconnect()
    await market.later(1_860)
    provider = await market.join({ directory, enrolls: false })
    expect(await ended(provider)).to.deep.include({
      state: 'settled',
      outcome: { quantity: 2n, paid: 2n * PRICE },
    })
  })

  it('goes on with a tab when it has started again', async () => {
    const directory = path('provider')
    const serve = (network: MeshNetwork) => network.serve('data.fx', answerTo, { price: PRICE })
    await provider.disconnect()
    provider = await market.join({ capabilities: ['data.fx'], bootstrapPeers: asker.endpoints, directory })
    serve(provider)
    service = await find(asker)
    await ask('monday')
    await provider.disconnect()
    const again = { capabilities: ['data.fx'], directory, enrolls: false }
    provider = await market.join({ ...again, bootstrapPeers: asker.endpoints })
    serve(provider)
    await ask('tuesday')
    expect(provider.deals()).to.have.length(1)
    const sold = ended(provider)
    await asker.disconnect()
    expect(await sold).to.deep.include({ outcome: { quantity: 2n, paid: 2n * PRICE } })
    asker = await market.join({ enrolls: false })
  })

  it('is asked on another tab when it has counted what never arrived', async () => {
    const directory = path('miscounting')
    const serve = (network: MeshNetwork) => network.serve('data.fx', answerTo, { price: PRICE, credit: 1 })
    await provider.disconnect()
    provider = await market.join({ capabilities: ['data.fx'], bootstrapPeers: asker.endpoints, directory })
    serve(provider)
    service = await find(asker)
    await ask('monday')
    await provider.disconnect()
    const file = `${directory}/${networkName(market.descriptor().deployment)}/${JOURNAL_FILE}`
    const last = (await readFile(file, 'utf8')).trimEnd().split('\n').at(-1)
    await appendFile(file, `${last?.replace('"answers":"1n"', '"answers":"2n"')}\n`)
    const again = { capabilities: ['data.fx'], directory, enrolls: false }
    provider = await market.join({ ...again, bootstrapPeers: asker.endpoints })
    serve(provider)
    expect((await ask('tuesday')).text).to.equal('1.02 at tuesday')
    expect(asker.deals()).to.have.length(2)
  })

  it('gets nothing for what it says on chain to have answered, when its asker says it did not', async () => {
    provider.serve('data.fx', answerTo, { price: PRICE })
    const before = await asker.account.balance()
    // The first answer is not paid for yet: nothing but the provider's word is there.
    await ask('monday', { requests: 10 })
    const [deal] = provider.deals()
    if (deal === undefined) throw new Error('no deal')
    await provider.deliver(deal.id, 10n)
    expect(provider.deal(deal.id)?.state, 'the asker does not release it').to.equal('delivered')
    await market.later(1_770)
    await provider.untilDeal(deal.id, ({ state }) => state === 'reported')
    await market.later(6 * 3600 + 60)
    const contested = await ended(asker)
    expect(contested.state).to.equal('resolved')
    expect(await asker.account.balance()).to.equal(before)
  })

  it('is paid nothing for what it says to have answered before it was asked', async () => {
    provider.serve('data.fx', answerTo, { price: PRICE })
    const isKnown: boolean[] = []
    const stop = asker.onDealChange((deal) => isKnown.push(deal.tab !== undefined))
    const asking = ask('monday', { requests: 10 })
    await until(() => provider.deals().some(({ state }) => state === 'opened'))
    const [deal] = provider.deals()
    if (deal === undefined) throw new Error('no deal')
    await provider.deliver(deal.id, 10n)
    await refusal(asking)
    stop()
    expect(isKnown, 'from the signature on').to.include(true).and.not.to.include(false)
    expect(asker.deal(deal.id)?.release).to.equal(undefined)
    expect(provider.deal(deal.id)?.state).to.equal('delivered')
  })

  it('opens no more tabs for one asker than it can afford to lose', async () => {
    const capabilities = ['data.a', 'data.b', 'data.c', 'data.d', 'data.e']
    await provider.disconnect()
    provider = await market.join({
      capabilities: ['data.fx', ...capabilities],
      bootstrapPeers: asker.endpoints,
    })
    for (const capability of capabilities) provider.serve(capability, answerTo, { price: PRICE })
    service = await find(asker)
    const asking = await Promise.allSettled(capabilities.map((capability) => ask('monday', { capability })))
    const refused = asking.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []))
    expect(refused).to.have.length(1)
    expect(refused[0]).to.include({ code: 'SERVICE_DECLINED', received: 'busy' })
    expect(provider.deals()).to.have.length(4)
  })
})
