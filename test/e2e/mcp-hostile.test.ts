import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { expect } from 'chai'
import type { MeshNetwork } from '../../agent/index.ts'
import { type Indexer, startIndexer } from '../../indexer/index.ts'
import { NASTY } from '../indexer/support/nasty.ts'
import { Random } from '../indexer/support/random.ts'
import { SEED } from '../seed.ts'
import { startMarket, type TestMarket } from './support/market.ts'

/** How many bad calls are made. */
const CALLS = 500
/** How often one address may have something done. */
const WRITES = 1_000

// biome-ignore lint/suspicious/noExplicitAny: the tests look into JSON of many shapes
type Json = any

describe('bad requests to the tools of language models', function () {
  this.timeout(60_000)
  let market: TestMarket
  let gateway: MeshNetwork
  let indexer: Indexer

  before(async () => {
    market = await startMarket()
    gateway = await market.join({ enrolls: false, capabilities: [], domains: ['energy'] })
    const network = market.descriptor(gateway.endpoints)
    indexer = await startIndexer({
      network,
      gateway,
      pollInterval: 50,
      writesPerMinute: WRITES,
      maxStreams: 8,
    })
  })

  after(async () => {
    await indexer?.stop()
    await market?.stop()
  })

  /** @param body text, or what is sent as JSON */
  async function post(body: unknown, headers: Record<string, string> = {}, signal?: AbortSignal) {
    const response = await fetch(`${indexer.url}/mcp`, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        Accept: 'application/json, text/event-stream',
        ...headers,
      },
      body: typeof body === 'string' ? body : JSON.stringify(body),
      ...(signal && { signal }),
    })
    return { status: response.status, text: await response.text() }
  }

  const calling = (name: unknown, given: unknown) => ({
    ...{ jsonrpc: '2.0', id: 1, method: 'tools/call' },
    params: { name, arguments: given },
  })
  const wellFormed = calling('get_market_stats', {})

  it('are refused when pages of elsewhere, or other names of this machine, send them', async () => {
    expect((await post(wellFormed)).status).to.equal(200)
    expect((await post(wellFormed, { Origin: 'http://localhost:6274' })).status).to.equal(200)
    for (const origin of ['https://evil.example', 'null', 'http://127.0.0.1.evil.example', 'file://']) {
      const { status, text } = await post(wellFormed, { Origin: origin })
      expect(status, origin).to.equal(403)
      expect(JSON.parse(text)).to.include({ field: 'Origin', received: origin })
    }
  })

  it('are told what is wrong with their form', async () => {
    const cases: [unknown, number | RegExp, Record<string, string>?][] = [
      ['{', 400],
      ['[]', 400],
      [[wellFormed, wellFormed], 400],
      ['7', 400],
      [{ ...wellFormed, params: { name: 'get_market_stats', arguments: 'x'.repeat(70_000) } }, 413],
      [wellFormed, 415, { 'Content-Type': 'text/plain' }],
      [{}, /-32700|-32600/],
      [{ jsonrpc: '1.0', id: 1, method: 'tools/call' }, /-32700|-32600/],
      [{ jsonrpc: '2.0', id: 1, method: 'tools/destroy' }, /-32601/],
      [{ jsonrpc: '2.0', id: 1, method: 'tools/call' }, /-32602/],
      [calling('no_such_tool', {}), /-32602.*search_agents/],
      [calling('__proto__', {}), /-32602/],
      [calling('get_market_stats', []), /-32602/],
    ]
    for (const [body, told, headers] of cases) {
      const { status, text } = await post(body, headers)
      const about = `${JSON.stringify(body).slice(0, 200)}: ${status} ${text}`
      expect(status, about).to.be.below(500)
      if (typeof told === 'number') expect(status, about).to.equal(told)
      else expect(text, about).to.match(told)
    }
    for (const method of ['GET', 'DELETE', 'PUT']) {
      expect((await fetch(`${indexer.url}/mcp`, { method })).status, method).to.equal(405)
    }
  })

  it(`are answered by what is wrong with each of ${CALLS} of them, and by nothing of the inside (seed ${SEED})`, async () => {
    const random = new Random(SEED)
    const client = new Client({ name: 'stranger', version: '1.0.0' })
    await client.connect(new StreamableHTTPClientTransport(new URL('/mcp', indexer.url)))
    const { tools } = await client.listTools()
    await client.close()
    for (let sent = 0; sent < CALLS; sent++) {
      const { name, inputSchema } = random.pick(tools)
      const members = Object.keys((inputSchema.properties ?? {}) as Json)
        .filter(() => random.below(3) > 0)
        .map((member) => [member, random.pick(NASTY)])
      const given = Object.fromEntries(name === 'watch' ? [...members, ['seconds', 0]] : members)
      const { status, text } = await post(calling(name, given))
      const about = `${name} ${JSON.stringify(given).slice(0, 300)}: ${status} ${text.slice(0, 500)}`
      expect(status, about).to.be.below(500)
      expect(text, about).to.not.match(/"status":500|node_modules|\.ts:\d|kysely|select .* from|-32603/)
    }
    expect((await fetch(`${indexer.url}/ready`)).status).to.equal(200)
  })

  it('have no more calls wait than may, and leave no place taken', async () => {
    const leaving = new AbortController()
    const watching = () => post(calling('watch', { seconds: 30, event: 'batch' }), {}, leaving.signal)
    const waiting = [watching()]
    for (const each of waiting) each.catch(() => undefined)
    let refused = ''
    while (refused === '') {
      const one = watching()
      one.catch(() => undefined)
      const answer = await Promise.race([one, post(wellFormed).then(() => undefined)])
      waiting.push(one)
      if (answer?.text.includes('watches-full')) refused = answer.text
      expect(waiting.length, 'calls that wait').to.be.below(50)
    }
    expect(refused).to.include('remedy')
    leaving.abort()
    await Promise.allSettled(waiting)
    for (;;) {
      const { text } = await post(calling('watch', { seconds: 1, event: 'batch' }))
      if (!text.includes('watches-full')) break
    }
  })

  it('share the bound of what one address may have done with REST', async () => {
    const bounded = await startIndexer({
      ...{ network: market.descriptor(gateway.endpoints), gateway, writesPerMinute: 2 },
    })
    try {
      const ask = async (path: string, body: unknown) => {
        const headers = { 'Content-Type': 'application/json', Accept: 'application/json, text/event-stream' }
        const init = { method: 'POST', headers, body: JSON.stringify(body) }
        return (await fetch(bounded.url + path, init)).status
      }
      expect(await ask('/mcp', calling('prepare_intent', {}))).to.equal(200)
      expect(await ask('/v1/intents/prepare', {})).to.equal(400)
      expect(await ask('/mcp', calling('prepare_intent', {}))).to.equal(429)
      expect(await ask('/v1/intents/prepare', {})).to.equal(429)
      expect(await ask('/mcp', wellFormed), 'what is read').to.equal(200)
    } finally {
      await bounded.stop()
    }
  })
})
