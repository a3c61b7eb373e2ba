import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { connect, type Socket } from 'node:net'
import { setImmediate } from 'node:timers/promises'
import { expect } from 'chai'
import { MAX_CLIENTS } from '../../indexer/api/stream.ts'
import { startIndexer } from '../../indexer/index.ts'
import { skipUnlessLinux } from '../agent/support/skip.ts'
import { until } from '../agent/support/until.ts'
import { type ServedMarket, serveMarket } from './support/api.ts'
import { onBothStores } from './support/both-stores.ts'
import { removeDataDirs } from './support/index-of.ts'
import { SseClient } from './support/sse-client.ts'

onBothStores('the stream of live events', function (emptyPlace) {
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

  const url = () => new URL(served.indexer.url)

  async function listen(lastEventId?: string): Promise<SseClient> {
    const client = await SseClient.open(served.indexer.url, lastEventId)
    clients.push(client)
    return client
  }

  it('tells of an agreement as it is opened and settled, with the block', async () => {
    const { market, buyer, seller } = served
    const client = await listen()
    expect(client.response.headers.get('content-type')).to.match(/^text\/event-stream/)
    const agreement = await market.trade(buyer, seller, { quantity: 321n })
    const settled = await client.until(({ event }) => event === 'agreement.settled')
    const opened = client.events.find(({ event }) => event === 'agreement.opened')
    expect(opened?.data.data).to.include({ id: market.idOf(agreement), status: 'open', quantity: '321' })
    expect(settled.data.data).to.include({ id: market.idOf(agreement), status: 'settled' })
    const block = await market.client.getBlock({ blockNumber: BigInt(settled.data.meta.blockNumber) })
    expect(settled.data.meta).to.deep.equal({
      blockNumber: Number(block.number),
      blockHash: block.hash,
      chainId: 31337,
    })
    const { body } = await served.get(`/v1/agreements/${market.idOf(agreement)}`)
    expect(settled.data.data).to.deep.equal(body.data)
  })

  it('tells of intents and of new agents', async () => {
    const { mesh, market, seller } = served
    const client = await listen()
    const { hash } = mesh.intent(seller)
    expect((await client.until(({ event }) => event === 'intent')).data.data).to.include({
      hash,
      side: 'buy',
    })
    const agentId = await market.register(seller, 'https://agents.example/live')
    const { data } = await client.until(({ event }) => event === 'agent.registered')
    expect(data.data).to.include({ agentId: String(agentId), uri: 'https://agents.example/live' })
  })

  it('goes on after the last event that a client has seen, with none left out and none twice', async () => {
    const { market, buyer, seller } = served
    const witness = await listen()
    await market.trade(buyer, seller)
    const seen = await witness.until(({ event }) => event === 'agreement.opened')
    for (let trade = 0; trade < 3; trade++) await market.trade(buyer, seller)
    const last = await market.trade(buyer, seller)
    const isLast = ({ event, data }: SseClient['events'][number]) =>
      event === 'agreement.settled' && data.data.id === market.idOf(last)
    await witness.until(isLast)

    const returning = await listen(seen.id)
    await returning.until(isLast)
    const missed = witness.events.slice(witness.events.indexOf(seen) + 1)
    expect(returning.events).to.deep.equal(missed)
    expect(missed.length).to.be.greaterThan(8)
  })

  it('goes on where it was when the index was restarted meanwhile', async () => {
    // Events are in the same transaction as the rows, so ids outlive the process; see the outbox.
    const { market, buyer, seller } = served
    const witness = await listen()
    await market.trade(buyer, seller)
    const { id } = await witness.until(({ event }) => event === 'agreement.settled')
    await served.restart()
    await market.trade(buyer, seller)
    const returning = await listen(id)
    await returning.until(({ event }) => event === 'agreement.settled')
    expect(returning.events.map(({ event }) => event)).to.deep.equal([
      'agreement.opened',
      'agreement.settled',
    ])
  })

  it('tells a client that missed too much, or was never here, to start over', async () => {
    for (const id of ['1', '99999999999999999', 'nonsense']) {
      const client = await listen(id)
      const reset = await client.until(({ event }) => event === 'reset')
      expect(client.events[0]).to.equal(reset)
      expect(reset.data.meta.blockNumber).to.equal(served.indexer.head().blockNumber)
      await served.market.trade(served.buyer, served.seller)
      await client.until(({ event }) => event === 'agreement.settled')
    }
  })

  it('lets a client that reads nothing wait for itself, and gives it everything when it reads again', async () => {
    const { mesh, buyer } = served
    const responses: ServerResponse[] = []
    const note = (message: unknown) => responses.push((message as { response: ServerResponse }).response)
    subscribe('http.server.request.start', note)
    const deaf = connect(Number(url().port), url().hostname)
    deaf.pause()
    deaf.write('GET /v1/stream HTTP/1.1\r\nHost: localhost\r\n\r\n')
    while (responses[0]?.headersSent !== true) await setImmediate()
    unsubscribe('http.server.request.start', note)
    const [response] = responses

    const client = await listen()
    // Three times what the sockets' buffers take.
    const endpoints = Array.from({ length: 16 }, () => 'x'.repeat(240))
    const rounds = 3_000
    for (let round = 1; round <= rounds; round++) {
      const { hash } = mesh.intent(buyer, { endpoints })
      if (round % 100 === 0) await client.until(({ data }) => data.data.hash === hash)
    }
    const heard = client.events.filter(({ event }) => event === 'intent')
    expect(heard).to.have.lengthOf(rounds)
    expect(response?.writableNeedDrain).to.equal(true)
    expect(response?.writableLength).to.be.lessThan(2_000_000)

    const last = heard.at(-1)?.data.data.hash as string
    let text = ''
    deaf.on('data', (chunk) => {
      text += chunk
    })
    deaf.resume()
    while (!text.includes(last)) await once(deaf, 'data')
    expect(text.match(/^event:intent$/gm)).to.have.lengthOf(rounds)
    deaf.destroy()
  })

  it('takes nobody’s place by a HEAD, which asks for the headers alone', async () => {
    const heads = Array.from({ length: MAX_CLIENTS }, () => connect(Number(url().port), url().hostname))
    try {
      for (const head of heads) head.write('HEAD /v1/stream HTTP/1.1\r\nHost: localhost\r\n\r\n')
      const answers = await Promise.all(heads.map(async (head) => String((await once(head, 'data'))[0])))
      for (const answer of answers) expect(answer).to.match(/^HTTP\/1.1 200 [\s\S]*text\/event-stream/)
      expect((await listen()).response.status).to.equal(200)
    } finally {
      for (const head of heads) head.destroy()
    }
  })

  it('takes a bounded number of clients of one address, and others meanwhile', async function () {
    skipUnlessLinux(this, 'a second address of the loopback answers by itself on Linux alone')
    const { market, mesh } = served
    const { network } = market
    const indexer = await startIndexer({ network, gateway: mesh, connectionsPerAddress: 16 })
    const { hostname: host, port } = new URL(indexer.url)
    const sockets: Socket[] = []
    const status = async (localAddress: string) => {
      const socket = connect({ host, port: Number(port), localAddress })
      sockets.push(socket)
      socket.write('GET /v1/stream HTTP/1.1\r\nHost: localhost\r\n\r\n')
      const [data] = await once(socket, 'data')
      return String(data).split(' ')[1]
    }
    try {
      const share = Math.ceil((16 / 512) * MAX_CLIENTS)
      for (let count = 0; count < share; count++) expect(await status('127.0.0.1')).to.equal('200')
      expect(await status('127.0.0.1')).to.equal('503')
      expect(await status('127.0.0.2')).to.equal('200')
      sockets[0]?.destroy()
      await until(async () => (await status('127.0.0.1')) === '200')
    } finally {
      for (const socket of sockets) socket.destroy()
      await indexer.stop()
    }
  })

  it('takes a bounded number of clients', async () => {
    const all = await Promise.all(Array.from({ length: MAX_CLIENTS }, () => listen()))
    expect(all.map(({ response }) => response.status)).to.deep.equal(Array(MAX_CLIENTS).fill(200))
    const refused = await listen()
    expect(refused.response.status).to.equal(503)
    expect(refused.response.headers.get('retry-after')).to.equal('10')
    all[0]?.close()
    let next: SseClient
    do next = await listen()
    while (next.response.status === 503)
    expect(next.response.status).to.equal(200)
  })
})
