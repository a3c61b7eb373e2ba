import { once } from 'node:events'
import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { expect } from 'chai'
import express, { type ErrorRequestHandler } from 'express'
import { pino } from 'pino'
import type { ApiContext } from '../../indexer/api/context.ts'
import { LiveFeed } from '../../indexer/api/live-feed.ts'
import { streamHandler } from '../../indexer/api/stream.ts'
import { appendEvents, draftOf, OUTBOX_SIZE } from '../../indexer/store/outbox.ts'
import { until } from '../agent/support/until.ts'
import { type ServedMarket, serveMarket } from './support/api.ts'
import { onBothStores } from './support/both-stores.ts'
import { EnergyMarket } from './support/energy.ts'
import { openToWrite, removeDataDirs } from './support/index-of.ts'
import { SseClient } from './support/sse-client.ts'

const META = { blockNumber: 1, blockHash: `0x${'00'.repeat(32)}` as const, chainId: 31337 }

onBothStores('a stream of some live events', function (emptyPlace) {
  this.timeout(60_000)
  let served: ServedMarket
  const clients: SseClient[] = []

  before(async () => {
    served = await serveMarket(await emptyPlace())
  })
  afterEach(() => {
    for (const client of clients.splice(0)) client.close()
  })
  after(async () => {
    await served?.stop()
    removeDataDirs()
  })

  async function listen(query: string, lastEventId?: string): Promise<SseClient> {
    const client = await SseClient.open(served.indexer.url, lastEventId, query)
    expect(client.response.status, query).to.equal(200)
    clients.push(client)
    return client
  }
  const namesOf = ({ events }: SseClient) => events.map(({ event }) => event)

  it('tells of the events that are asked for, and no others', async () => {
    const { market, mesh, buyer, seller } = served
    const settlements = await listen('?event=agreement.settled')
    const several = await listen('?event=intent,agreement')
    mesh.intent(buyer)
    await market.trade(buyer, seller)
    mesh.intent(buyer)
    await market.trade(buyer, seller)
    await several.until(() => several.events.length === 6)
    await settlements.until(() => settlements.events.length === 2)
    expect(namesOf(settlements)).to.deep.equal(['agreement.settled', 'agreement.settled'])
    expect(namesOf(several)).to.have.members([
      ...['intent', 'agreement.opened', 'agreement.settled'],
      ...['intent', 'agreement.opened', 'agreement.settled'],
    ])
    // What both are told is told in the same words.
    expect(several.events).to.deep.include(settlements.events[0])
  })

  it('tells of what an account has a part in, on either side', async () => {
    const { market, mesh, buyer, seller } = served
    const other = await market.join(4)
    const client = await listen(`?account=${other.address.toLowerCase()}&event=agreement,intent`)
    mesh.intent(buyer)
    await market.trade(buyer, seller)
    mesh.intent(other)
    await market.trade(other, seller)
    await market.trade(buyer, other)
    await client.until(() => namesOf(client).filter((name) => name === 'agreement.settled').length === 2)
    for (const { data } of client.events) {
      expect([data.data.agent, data.data.buyer, data.data.seller]).to.include(other.address)
    }
  })

  it('tells of an intent and of what came of it, and knows its domain', async () => {
    const { market, mesh, buyer, seller } = served
    const everything = await listen('')
    const ride = mesh.intent(buyer, { capability: 'ride.drive' })
    const energy = mesh.intent(buyer)
    await everything.until(({ data }) => data.data.hash === energy.hash)
    const byIntent = await listen(`?intent=${ride.hash}&event=agreement`)
    const byDomain = await listen('?domain=ride,learn')
    const byBoth = await listen(`?domain=energy&intent=${ride.hash}`)
    for (const { hash: intentHash } of [energy, ride]) await market.trade(buyer, seller, { intentHash })
    await byIntent.until(({ event }) => event === 'agreement.settled')
    await byDomain.until(({ event }) => event === 'agreement.settled')
    expect(namesOf(byDomain)).to.deep.equal(['agreement.opened', 'agreement.settled'])
    expect(byIntent.events).to.deep.equal(byDomain.events)
    expect(byBoth.events).to.deep.equal([])
  })

  it('tells of the slots of one market', async () => {
    const { market, buyer, seller } = served
    const operator = await market.join(3)
    const [one, other] = [
      await EnergyMarket.create(market, operator, 0n),
      await EnergyMarket.create(market, operator, 1n),
    ]
    const client = await listen(`?market=${one.id}`)
    const all = await listen('?event=slot')
    for (const energy of [other, one]) {
      await energy.admit([buyer, seller])
      const slot = await energy.nextSlot()
      await energy.submit(slot, [
        { member: buyer, side: 'buy', steps: [{ price: 200_000n, quantity: 500n }] },
        { member: seller, side: 'sell', steps: [{ price: 100_000n, quantity: 400n }] },
      ])
      await energy.clear(slot)
    }
    const { data } = await client.until(({ event }) => event === 'slot.cleared')
    expect(data.data.market).to.equal(one.id)
    await all.until(() => all.events.length === 2)
    expect(client.events).to.deep.equal(all.events.slice(1))
  })

  it('goes on after an event that it was not told of, and knows its place though it is told of none', async () => {
    const { mesh, market, buyer, seller } = served
    const everything = await listen('')
    const silent = await listen('?event=feedback')
    const hashes = Array.from({ length: 250 }, () => mesh.intent(buyer).hash)
    const last = await everything.until(({ data }) => data.data.hash === hashes.at(-1))
    await silent.untilMoved('')
    while (Number(last.id) - Number(silent.place) >= 200) await silent.untilMoved(silent.place)
    expect(silent.events).to.deep.equal([])

    await market.trade(buyer, seller)
    const settled = await everything.until(({ event }) => event === 'agreement.settled')
    for (const place of [silent.place, everything.events[10]?.id]) {
      const returning = await listen('?event=agreement', place)
      expect(await returning.until(({ event }) => event === 'agreement.settled')).to.deep.equal(settled)
      expect(namesOf(returning)).to.deep.equal(['agreement.opened', 'agreement.settled'])
    }
    // A page cannot set headers.
    const page = await listen(`?event=agreement.settled&lastEventId=${silent.place}`)
    expect(await page.until(() => true)).to.deep.equal(settled)
  })

  it('tells of a reorganisation, whatever is asked for', async () => {
    const { market, buyer, seller } = served
    const client = await listen('?event=feedback')
    const height = await market.height()
    await market.trade(buyer, seller)
    await served.caughtUp()
    await market.reorg(2)
    await market.test.mine({ blocks: 1 })
    const { data } = await client.until(({ event }) => event === 'reorg')
    expect(data.data).to.deep.equal({ from: height + 1 })
    expect(client.events).to.have.length(1)
  })

  it('refuses a filter that is none, and names it', async () => {
    for (const [query, field] of [
      ['?event=agrement', 'event'],
      ['?event=', 'event'],
      ['?account=0x1', 'account'],
      ['?event=intent&event=offer', 'event'],
      ['?agent=0x70997970C51812dc3A010C7d01b50e0d17dc79C8', 'agent'],
      ['?domain=energy,Ride', 'domain'],
    ]) {
      const { status, body } = await served.get(`/v1/stream${query}`)
      expect([status, body.field], query).to.deep.equal([400, field])
    }
  })
})

describe('a reader of live events that is overtaken', function () {
  this.timeout(120_000)

  it('is told so, instead of being given what is left', async () => {
    const store = await openToWrite({})
    const append = (count: number) =>
      store.write((tx) =>
        appendEvents(
          tx,
          Array.from({ length: count }, () => draftOf('reset', {}, META)),
        ),
      )
    const feed = await LiveFeed.open(store, pino({ level: 'silent' }))
    try {
      const reached = async (id: number) => {
        while (feed.newest < id) await feed.wait(feed.newest, AbortSignal.timeout(60_000))
      }
      await append(1)
      await reached(1)
      const first = feed.newest
      expect(await feed.after(0, 10), 'from an empty outbox on').to.have.length(1)
      await append(OUTBOX_SIZE)
      await reached(first + OUTBOX_SIZE)
      expect(await feed.after(first, 10)).to.have.length(10)
      await append(1)
      await reached(first + OUTBOX_SIZE + 1)
      expect(await feed.after(first, 10)).to.equal(undefined)
      expect(await feed.after(first + 1, 10)).to.have.length(10)
      const last = await feed.after(first + OUTBOX_SIZE, 10)
      expect(last?.map(({ id }) => id)).to.deep.equal([first + OUTBOX_SIZE + 1])
    } finally {
      await feed.close()
      await store.close()
    }
  })
})

describe('a listener that takes nothing', () => {
  it('is cut off after a while, and was told when to come back', async () => {
    const store = await openToWrite({})
    const feed = await LiveFeed.open(store, pino({ level: 'silent' }))
    const stop = new AbortController()
    const limits = { stop: stop.signal, all: 1, perAddress: 1, patience: 200 }
    const cut: ErrorRequestHandler = (_error, _request, response, _next) => response.destroy()
    const app = express().use(streamHandler({ store } as ApiContext, feed, limits), cut)
    const server = createServer(app)
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const deaf = connect((server.address() as AddressInfo).port, '127.0.0.1')
    try {
      deaf.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')
      const [head] = await once(deaf, 'data')
      deaf.pause()
      const event = { ...draftOf('reset', {}, META), data: 'x'.repeat(100_000) }
      for (let round = 0; round < 4; round++) {
        await store.write((tx) =>
          appendEvents(
            tx,
            Array.from({ length: 100 }, () => event),
          ),
        )
      }
      const connections = () => new Promise((resolve) => server.getConnections((_, count) => resolve(count)))
      await until(async () => (await connections()) === 0)
      let text = String(head)
      deaf.on('data', (chunk) => {
        text += chunk
      })
      deaf.on('error', () => {})
      deaf.resume()
      await once(deaf, 'close')
      expect(text).to.match(/^retry:[234]\d{3}$/m)
      expect(text.match(/^event:reset$/gm)?.length ?? 0).to.be.lessThan(400)
    } finally {
      stop.abort()
      deaf.destroy()
      server.close()
      await feed.close()
      await store.close()
    }
  })
})
