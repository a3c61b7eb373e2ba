import { request } from 'node:http'
import { text } from 'node:stream/consumers'
import { expect } from 'chai'
import type { MeshNetwork } from '../../agent/index.ts'
import { type Indexer, startIndexer } from '../../indexer/index.ts'
import { NASTY } from '../indexer/support/nasty.ts'
import { Random } from '../indexer/support/random.ts'
import { SEED } from '../seed.ts'
import { startMarket, type TestMarket } from './support/market.ts'

/** How many; what only reads is tried in test/indexer/api-fuzz.long.test.ts. */
const REQUESTS = Number(process.env.MESH_FUZZ_REQUESTS ?? 1_000)

// biome-ignore lint/suspicious/noExplicitAny: an OpenAPI document is walked through
type Json = any

/** What no answer may contain: where the code is, what it is made of, and what the database says. */
const INTERNALS =
  /node_modules|\bat .+:\d+:\d+|\/indexer\/|kysely|pglite|select .+ from|insert into|relation "|ECONN|undefined|\[object Object\]/i

describe('bad requests to have something done, by the OpenAPI document', function () {
  this.timeout(600_000)
  let market: TestMarket
  let gateway: MeshNetwork
  let indexer: Indexer
  let document: Json

  before(async () => {
    market = await startMarket()
    gateway = await market.join({ enrolls: false, capabilities: [], domains: ['energy'] })
    const network = market.descriptor(gateway.endpoints)
    const often = { readsPerMinute: 1_000_000, writesPerMinute: 1_000_000 }
    indexer = await startIndexer({ network, gateway, pollInterval: 200, servicePrice: 1n, ...often })
    document = await (await fetch(`${indexer.url}/openapi.json`)).json()
  })

  after(async () => {
    await indexer?.stop()
    await market?.stop()
  })

  /** By `node:http`: `fetch` would mend or refuse what is to be sent as it is. */
  async function send(
    method: string,
    path: string,
    headers: Record<string, string>,
    body: string | undefined,
  ) {
    const { hostname, port } = new URL(indexer.url)
    return new Promise<{ status: number; type: string; body: string }>((resolve, reject) => {
      const outgoing = request({ hostname, port, method, path, headers }, async (response) => {
        try {
          const status = response.statusCode ?? 0
          resolve({ status, type: response.headers['content-type'] ?? '', body: await text(response) })
        } catch (error) {
          reject(error)
        }
      })
      outgoing.once('error', reject)
      outgoing.end(body)
    })
  }

  it(`${REQUESTS} of them are told what is wrong, and nothing of what is inside (seed ${SEED})`, async () => {
    const random = new Random(SEED)
    const written = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value))
    const inPath = (value: unknown) => {
      const piece = written(value)
      // Half as they are, as far as HTTP can carry them.
      return random.below(2) === 0 && /^[\x21-\x7e]+$/.test(piece)
        ? piece.replaceAll(/[?#]/g, '')
        : encode(piece)
    }
    /** A body of the documented members, some left out, some nasty, some that are none. */
    const bodyOf = (schema: Json, depth = 0): unknown => {
      const resolved =
        schema?.$ref === undefined ? schema : document.components.schemas[schema.$ref.split('/').at(-1)]
      if (depth > 4 || resolved?.properties === undefined || random.below(6) === 0) return random.pick(NASTY)
      const members = Object.entries<Json>(resolved.properties)
        .filter(() => random.below(8) > 0)
        .map(([name, member]) => [name, bodyOf(member, depth + 1)])
      return Object.fromEntries([
        ...members,
        ...(random.below(5) === 0 ? [[written(random.pick(NASTY)), random.pick(NASTY)]] : []),
      ])
    }
    const operations = Object.entries<Json>(document.paths)
      .flatMap(([path, methods]) =>
        Object.entries<Json>(methods).map(([method, operation]) => ({
          ...{ path, operation },
          method: method.toUpperCase(),
        })),
      )
      .filter(({ method, path }) => method === 'POST' || /\/(release|deal)$/.test(path))
    const statuses = new Map<number, number>()
    for (let sent = 0; sent < REQUESTS; sent++) {
      const { path, method, operation } = random.pick(operations)
      const names = (operation.parameters ?? [])
        .filter((each: Json) => each.in === 'query')
        .map((each: Json) => each.name)
      const query = [...names, 'nonsense']
        .filter(() => random.below(3) === 0)
        .map((name) => `${name}=${encode(written(random.pick(NASTY)))}`)
      const filled = path.replaceAll(/\{\w+\}/g, () => inPath(random.pick(NASTY)))
      const url = `${filled}${query.length > 0 ? `?${query.join('&')}` : ''}`
      const schema = operation.requestBody?.content?.['application/json']?.schema
      const body = schema === undefined ? undefined : cut(JSON.stringify(bodyOf(schema)) ?? '', random)
      const headers = body === undefined ? {} : { 'Content-Type': 'application/json' }
      const answer = await send(method, url, headers, body)
      const about = `${method} ${url.slice(0, 300)} ${body?.slice(0, 300)}: ${answer.status} ${answer.body.slice(0, 500)}`
      statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1)
      expect(answer.status, about).to.be.below(500)
      expect(answer.body.length, about).to.be.below(100_000)
      if (answer.status < 400) continue
      expect(answer.type, about).to.match(/^application\/problem\+json/)
      const problem = JSON.parse(answer.body)
      expect(problem.remedy, about).to.match(/\w+/)
      const { received: _, ...said } = problem
      expect(JSON.stringify(said), about).to.not.match(INTERNALS)
    }
    console.log('     ', [...statuses].map(([status, count]) => `${status}: ${count}`).join(', '))
    expect(({} as Json).polluted).to.equal(undefined)
    expect((await fetch(`${indexer.url}/ready`)).status).to.equal(200)
  })
})

function encode(value: string): string {
  return encodeURIComponent(value.toWellFormed())
}

/** Now and then a body ends early, or is no JSON. */
function cut(body: string, random: Random): string {
  return random.below(10) === 0 ? body.slice(0, random.below(body.length + 1)) : body
}
