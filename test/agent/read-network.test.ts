import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect } from 'chai'
import { ConfigError, readNetwork } from '../../agent/index.ts'

describe('readNetwork', () => {
  let server: Server
  let answer: string
  const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const refusal = async (api: string) => {
    const error = await readNetwork(api).catch((thrown: unknown) => thrown)
    expect(error).to.be.instanceOf(ConfigError)
    return error as ConfigError
  }

  before(async () => {
    server = createServer((_request, response) => response.end(answer)).listen(0, '127.0.0.1')
    await once(server, 'listening')
  })
  after(() => {
    server.closeAllConnections()
    server.close()
  })

  it('names what does not answer, and what to do', async () => {
    const error = await refusal('http://127.0.0.1:1')
    expect(error.code).to.equal('MARKET_UNREACHABLE')
    expect(error.message).to.include('127.0.0.1:1').and.include('mesh up')
  })

  for (const [what, text] of Object.entries({
    'a page': '<!doctype html><title>Router</title>',
    'other JSON': '{"data":[]}',
    'a market that does not tell where its chain is':
      '{"data":{"deployment":{},"bootstrapPeers":[],"area":""}}',
  })) {
    it(`takes ${what} for no market`, async () => {
      answer = text
      expect((await refusal(url())).code).to.equal('MARKET_INVALID')
    })
  }

  it('does not read without end', async () => {
    answer = ' '.repeat(300_000)
    expect((await refusal(url())).code).to.equal('MARKET_UNREACHABLE')
  })

  it('refuses contracts that are none', async () => {
    answer = JSON.stringify({
      data: { deployment: { chainId: 0 }, rpcUrl: 'http://127.0.0.1:1', bootstrapPeers: [], area: '' },
    })
    expect((await refusal(url())).code).to.equal('DEPLOYMENT_INVALID')
  })

  it('is ended by a signal, with its reason', async () => {
    const reason = new Error('enough')
    const error = await readNetwork(url(), { signal: AbortSignal.abort(reason) }).catch(
      (thrown: unknown) => thrown,
    )
    expect(error).to.equal(reason)
  })
})
