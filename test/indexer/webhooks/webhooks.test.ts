import { createHmac } from 'node:crypto'
import { expect } from 'chai'
import { until } from '../../agent/support/until.ts'
import { type ServedMarket, serveMarket } from '../support/api.ts'
import { onBothStores } from '../support/both-stores.ts'
import { removeDataDirs } from '../support/index-of.ts'
import { account } from '../support/market.ts'
import { Receiver, type Told } from '../support/receiver.ts'
import { SseClient } from '../support/sse-client.ts'
import { WebhookOwner } from '../support/webhook-owner.ts'

const SHORT = 10
const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE

onBothStores('webhooks', function (emptyPlace) {
  this.timeout(60_000)
  let served: ServedMarket
  /** What is added to the clock by which webhooks go. */
  let later = 0
  /** Milliseconds between two tries. */
  let pause = SHORT
  const receivers: Receiver[] = []
  let accounts = 20

  before(async () => {
    // Whatever somebody's own name server may answer.
    const resolve = async () => ['127.0.0.1']
    const webhooks = {
      local: true,
      resolve,
      backoff: () => pause,
      now: () => Date.now() + later,
    }
    served = await serveMarket(await emptyPlace(), { webhooks, writesPerMinute: 100_000 })
  })
  afterEach(async () => {
    pause = SHORT
    for (const receiver of receivers.splice(0)) await receiver.stop()
  })
  after(async () => {
    await served?.stop()
    removeDataDirs()
  })

  const newOwner = () => new WebhookOwner(account(accounts++), () => served.indexer.url)

  async function receiver(port?: number): Promise<Receiver> {
    const started = await Receiver.start(port)
    receivers.push(started)
    return started
  }

  /** A webhook whose receiver has said that it wants to be told. */
  async function confirmed(filter: string, owner = newOwner()) {
    const to = await receiver()
    // What others did before is no news to it.
    await served.caughtUp()
    const { id, secret } = await owner.register(to.url, filter)
    await until(async () => (await owner.list())[0]?.status === 'active')
    return { owner, to, id, secret }
  }

  it('are told of what they ask for, in order, by signed messages', async () => {
    const { market, mesh, buyer, seller } = served
    const { to, secret, id } = await confirmed('event=agreement')
    for (let count = 0; count < 5; count++) {
      mesh.intent(buyer)
      await market.trade(buyer, seller)
    }
    await to.untilTold(10)
    const [ping, ...told] = to.told
    expect(ping?.message).to.deep.include({ type: 'ping' })
    expect(ping?.message.data).to.include({ webhook: id })
    expect(to.ids).to.deep.equal(to.ids.toSorted((a, b) => Number(a) - Number(b)))
    expect(new Set(to.ids).size).to.equal(10)
    const types = told.map(({ message }) => message.type)
    expect(types).to.deep.equal(Array(5).fill(['agreement.opened', 'agreement.settled']).flat())
    const { body } = await served.get(`/v1/agreements/${told[1]?.message.data.id}`)
    expect(told[1]?.message.data).to.deep.equal(body.data)
    for (const each of to.told) expectSigned(each, secret)
  })

  it('are told nothing until the receiver says that it wants to be', async () => {
    const { market, buyer, seller } = served
    const owner = newOwner()
    const to = await receiver()
    to.confirm = () => ({ status: 200, body: 'welcome' })
    await owner.register(to.url, 'event=agreement')
    await market.trade(buyer, seller)
    // It is asked a few times, and forgotten.
    await until(async () => (await owner.list()).length === 0)
    expect(to.told.map(({ message }) => message.type)).to.deep.equal(Array(5).fill('ping'))
    expect(new Set(to.told.map(({ message }) => message.id)).size).to.equal(1)
  })

  it('get what they missed when their receiver is back, each event once', async () => {
    const { market, buyer, seller } = served
    const { owner, to } = await confirmed('event=agreement.settled')
    pause = MINUTE
    await to.stop()
    for (let count = 0; count < 3; count++) await market.trade(buyer, seller)
    await until(async () => {
      const [hook] = await owner.list()
      return hook?.status === 'failing' && hook.waiting === 3 && hook.error === 'ECONNREFUSED'
    })
    const back = await receiver(to.port)
    later += MINUTE
    await market.trade(buyer, seller)
    await back.untilTold(4)
    await until(async () => (await owner.list())[0]?.status === 'active')
    expect(back.ids).to.have.length(4)
    expect(back.ids).to.deep.equal(back.ids.toSorted((a, b) => Number(a) - Number(b)))
    expect(new Set(back.ids).size).to.equal(4)
  })

  it('have dead letters of what is refused again and again, go on with the next, and tell those again when asked', async () => {
    const { market, buyer, seller } = served
    const { owner, to, id } = await confirmed('event=agreement.opened')
    const bad = await market.trade(buyer, seller, { quantity: 666n })
    const isBad = ({ message }: Told) => message.data.id === market.idOf(bad)
    to.answer = (told) => ({ status: isBad(told) ? 500 : 200 })
    await market.trade(buyer, seller)
    await to.until((told) => told.message.type !== 'ping' && !isBad(told))
    const tries = to.told.filter(isBad)
    expect(tries).to.have.length(10)
    expect(new Set(tries.map(({ headers }) => headers['webhook-id'])).size, 'one id').to.equal(1)
    const [letter, ...others] = await owner.letters(id)
    expect(others).to.deep.equal([])
    expect(letter).to.include({ event: tries[0]?.message.id, attempts: 10, error: 'it answered 500' })

    to.answer = () => ({ status: 200 })
    const { body } = await owner.about(id, 'redeliver', { event: letter?.event })
    expect(body.data).to.deep.equal({ id, letters: 1 })
    await until(() => to.told.filter(isBad).length === 11)
    await until(async () => (await owner.list())[0]?.dead === 0)
  })

  it('do not wait for others: one that is slow holds up itself alone', async () => {
    const { market, buyer, seller } = served
    const slow = await confirmed('event=agreement.settled')
    const quick = await confirmed('event=agreement.settled')
    const { promise: release, resolve } = Promise.withResolvers<void>()
    slow.to.answer = async () => {
      await release
      return { status: 200 }
    }
    for (let count = 0; count < 3; count++) await market.trade(buyer, seller)
    await quick.to.untilTold(3)
    expect(slow.to.ids).to.have.length(1)
    resolve()
    await slow.to.untilTold(3)
    expect(slow.to.ids).to.deep.equal(quick.to.ids)
  })

  it('are told of a reorganisation, whatever they ask for', async () => {
    const { market, buyer, seller } = served
    const { to } = await confirmed('event=feedback')
    const height = await market.height()
    await market.trade(buyer, seller)
    await served.caughtUp()
    await market.reorg(2)
    await market.test.mine({ blocks: 1 })
    const { message } = await to.until(({ message }) => message.type === 'reorg')
    expect(message.data).to.deep.equal({ from: height + 1 })
    expect(to.ids).to.have.length(1)
  })

  it('go on where they were when the index was restarted', async () => {
    const { market, buyer, seller } = served
    const { to } = await confirmed('event=agreement.opened')
    await market.trade(buyer, seller)
    await to.untilTold(1)
    const { promise: hung, resolve } = Promise.withResolvers<Told>()
    to.answer = (told) => {
      resolve(told)
      return new Promise(() => {})
    }
    await market.trade(buyer, seller)
    const { message } = await hung
    await served.indexer.stop()
    to.answer = () => ({ status: 200 })
    await served.restart()
    await market.trade(buyer, seller)
    await to.untilTold(4)
    const [first, second, again, third, ...more] = to.ids
    expect([second, again]).to.deep.equal([message.id, message.id])
    expect(Number(third)).to.be.greaterThan(Number(second)).and.greaterThan(Number(first))
    expect(more).to.deep.equal([])
  })

  it('are told to read the lists again when too much waits for them', async () => {
    const { mesh, buyer } = served
    const { owner, to } = await confirmed('event=intent')
    pause = MINUTE
    await to.stop()
    const witness = await SseClient.open(served.indexer.url)
    const hashes = Array.from({ length: 1_001 }, () => mesh.intent(buyer).hash)
    await witness.until(({ data }) => data.data.hash === hashes.at(-1))
    witness.close()
    await until(async () => (await owner.list())[0]?.waiting === 1)
    const back = await receiver(to.port)
    later += MINUTE
    mesh.intent(buyer)
    const { message } = await back.until(({ message }) => message.type === 'reset')
    expect(message.meta.blockNumber).to.equal(served.indexer.head().blockNumber)
    expect(back.ids[0]).to.match(/^reset_/)
  })

  it('are switched off after a day of failures, and on again when their owner has it told again', async () => {
    const { market, buyer, seller } = served
    const { owner, to, id } = await confirmed('event=agreement.settled')
    pause = MINUTE
    await to.stop()
    await market.trade(buyer, seller)
    await until(async () => (await owner.list())[0]?.status === 'failing')
    later += DAY
    await market.trade(buyer, seller)
    await until(async () => (await owner.list())[0]?.status === 'off')
    // It waits for what it could not be told, and for nothing more.
    const dead = (await owner.list())[0]?.dead as number
    await market.trade(buyer, seller)
    await served.caughtUp()
    expect((await owner.list())[0]).to.include({ waiting: 0, dead })
    const back = await receiver(to.port)
    await owner.about(id, 'redeliver')
    await back.until(({ message }) => message.type === 'reset')
    // Of what happened while it was off it is told no more than that something did.
    const types = back.told.map(({ message }) => message.type)
    expect(types).to.deep.equal([...Array(dead).fill('agreement.settled'), 'reset'])
    await until(async () => (await owner.list())[0]?.waiting === 0)
    expect((await owner.list())[0]?.status).to.equal('active')
  })

  it('are switched off at once by a receiver that is gone for good', async () => {
    const { market, buyer, seller } = served
    const { owner, to } = await confirmed('event=agreement.settled')
    to.answer = () => ({ status: 410 })
    await market.trade(buyer, seller)
    await until(async () => (await owner.list())[0]?.status === 'off')
    expect(to.ids).to.have.length(1)
  })

  it('follow no redirection', async () => {
    const { market, buyer, seller } = served
    const { owner, to } = await confirmed('event=agreement.settled')
    const elsewhere = await receiver()
    to.answer = () => ({ status: 307, headers: { Location: elsewhere.url } })
    await market.trade(buyer, seller)
    await until(async () => (await owner.list())[0]?.error === 'it answered 307')
    expect(elsewhere.told).to.deep.equal([])
  })

  it('can be tried, listed without secrets, and forgotten', async () => {
    const { owner, to, id, secret } = await confirmed('event=offer')
    expect((await owner.about(id, 'ping')).status).to.equal(200)
    await until(() => to.told.length === 2)
    const list = await owner.list()
    expect(list).to.have.length(1)
    expect(list[0]).to.include({
      id,
      url: to.url,
      filter: 'event=offer',
      status: 'active',
      failures: 0,
      dead: 0,
    })
    expect(JSON.stringify(list)).not.to.include(secret)
    expect((await owner.about(id, 'delete')).body.data).to.deep.equal({ id })
    expect(await owner.list()).to.deep.equal([])
    expect((await owner.about(id, 'ping')).status).to.equal(404)
  })

  it('are their owner’s alone', async () => {
    const { owner, to, id } = await confirmed('event=offer')
    const stranger = newOwner()
    expect(await stranger.list()).to.deep.equal([])
    for (const action of ['ping', 'delete', 'redeliver'] as const) {
      expect((await stranger.about(id, action)).status, action).to.equal(404)
    }
    // Somebody else's signature under the owner's request.
    const prepared = await owner.prepare('delete', { webhook: id })
    const forged = await owner.post(`/${id}/delete`, await stranger.sign(prepared))
    expect([forged.status, forged.body.type]).to.deep.equal([422, 'urn:mesh:problem:signer-wrong'])
    // A signature for something else.
    const asked = await owner.sign(await owner.prepare('ping', { webhook: id }))
    const other = await owner.post(`/${id}/delete`, asked)
    expect([other.status, other.body.field]).to.deep.equal([422, 'request.action'])
    expect(await owner.list()).to.have.length(1)
    expect(to.told).to.have.length(1)
  })

  it('are asked for once by each signature, and not after its time', async () => {
    const { owner, id } = await confirmed('event=offer')
    const asked = await owner.sign(await owner.prepare('ping', { webhook: id }))
    expect((await owner.post(`/${id}/ping`, asked)).status).to.equal(200)
    const again = await owner.post(`/${id}/ping`, asked)
    expect([again.status, again.body.type]).to.deep.equal([422, 'urn:mesh:problem:request-spent'])
    const old = { ...asked, request: { ...asked.request, expiry: '1795204981' } }
    expect((await owner.post(`/${id}/ping`, old)).body.type).to.equal('urn:mesh:problem:request-expired')

    const to = await receiver()
    const registration = await owner.sign(await owner.prepare('register', { url: to.url, filter: '' }))
    const first = await owner.post('', registration)
    const second = await owner.post('', registration)
    expect(second.body.data).to.deep.equal({ id: first.body.data.id, secret: null })
    await owner.about(first.body.data.id, 'delete')
    expect((await owner.post('', registration)).body.type).to.equal('urn:mesh:problem:request-spent')
  })

  it('are bounded for each owner', async () => {
    const owner = newOwner()
    const to = await receiver()
    for (let count = 0; count < 10; count++) await owner.register(to.url)
    const { status, body } = await owner.act('register', '', { url: to.url, filter: '' })
    expect([status, body.type]).to.deep.equal([422, 'urn:mesh:problem:webhooks-exceeded'])
  })

  it('lead to no private address, neither by itself nor by a name that stands for one', async () => {
    const owner = newOwner()
    const to = await receiver()
    for (const host of ['10.0.0.1', '169.254.169.254', '[fd00::1]']) {
      const { status, body } = await owner.prepare('register', { url: `https://${host}/` })
      expect([status, body.type, body.field], host).to.deep.equal([
        422,
        'urn:mesh:problem:receiver-refused',
        'url',
      ])
    }
    pause = MINUTE
    await owner.register(`https://rebound.example:${to.port}/`)
    await until(async () => (await owner.list())[0]?.error === 'RECEIVER_REFUSED: a name of public addresses')
    expect(to.connections).to.equal(0)
  })

  it('refuse a filter that is none', async () => {
    const { status, body } = await newOwner().prepare('register', {
      url: 'https://example.com',
      filter: 'event=x',
    })
    expect([status, body.field]).to.deep.equal([400, 'event'])
  })
})

/** As the specification of Standard Webhooks has a receiver verify it. */
function expectSigned({ headers, body, message }: Told, secret: string): void {
  expect(headers['content-type']).to.equal('application/json')
  expect(headers['webhook-id']).to.equal(message.id)
  const timestamp = Number(headers['webhook-timestamp'])
  expect(Math.abs(Date.now() / 1000 - timestamp)).to.be.lessThan(60)
  const signed = `${headers['webhook-id']}.${timestamp}.${body}`
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64')
  expect(headers['webhook-signature']).to.equal(
    `v1,${createHmac('sha256', key).update(signed).digest('base64')}`,
  )
}
