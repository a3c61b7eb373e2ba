import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { expect } from 'chai'
import { type MeshError, untilMarketEnds } from '../../agent/index.ts'
import { deployment } from '../e2e/support/deployment.ts'

const INTERVAL = 5
const OTHER = `0x${'0b'.repeat(32)}` as const

describe('untilMarketEnds', () => {
  let server: Server
  let url: string
  let api: { salt: string } | undefined
  let chain: { hash: string } | undefined
  let looks: number
  const joined = () => ({ deployment, rpcUrl: `${url}/rpc`, bootstrapPeers: [], area: '' })
  const end = (network = joined()) =>
    untilMarketEnds(url, network, { interval: INTERVAL }).catch((error: MeshError) => error)

  beforeEach(async () => {
    api = deployment
    chain = { hash: deployment.genesisHash }
    looks = 0
    server = createServer((request, response) => {
      const isCall = request.url === '/rpc'
      if (!isCall) looks++
      const told = { ...joined(), deployment: { ...deployment, ...api } }
      const block = { ...chain, number: '0x0', timestamp: '0x1', transactions: [] }
      if ((isCall ? chain : api) === undefined) response.destroy()
      else response.end(JSON.stringify(isCall ? { jsonrpc: '2.0', id: 0, result: block } : { data: told }))
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  afterEach(() => {
    server.closeAllConnections()
    server.close()
  })
  const looked = async (times: number) => {
    for (const until = looks + times; looks < until; ) await delay(INTERVAL)
  }

  it('waits for as long as it is there, and says what took its place', async () => {
    const ended = end()
    await looked(8)
    api = { salt: OTHER }
    const error = await ended
    expect(error.code).to.equal('MARKET_ENDED')
    expect(error.message).to.include('31337-5f5f5f5f-0b0b0b0b').and.include('start this agent again')
  })

  it('waits for as long as its chain is there', async () => {
    api = undefined
    const ended = end()
    await looked(8)
    chain = { hash: OTHER }
    expect(await ended).to.have.property('code', 'MARKET_ENDED')
  })

  it('takes a development chain for ended that is silent six times in a row', async () => {
    api = undefined
    chain = undefined
    const looksAtOnce = { ...joined(), rpcUrl: 'http://127.0.0.1:1' }
    expect(await end(looksAtOnce)).to.have.property('code', 'MARKET_ENDED')
    expect(looks).to.equal(6)
  })

  it('waits for any other chain to come back, until it is told to end', async () => {
    api = undefined
    const reason = new Error('enough')
    const told = new AbortController()
    const network = { ...joined(), deployment: { ...deployment, chainId: 1 }, rpcUrl: 'http://127.0.0.1:1' }
    const ended = untilMarketEnds(url, network, { interval: INTERVAL, signal: told.signal })
    await looked(8)
    told.abort(reason)
    expect(await ended.catch((error: unknown) => error)).to.equal(reason)
  })
})
