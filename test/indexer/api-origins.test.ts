import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import { expect } from 'chai'
import { type ServedMarket, serveMarket } from './support/api.ts'
import { removeDataDirs } from './support/index-of.ts'

describe('who may read the API from where', function () {
  this.timeout(60_000)
  let served: ServedMarket

  before(async () => {
    served = await serveMarket()
  })
  after(async () => {
    await served?.stop()
    removeDataDirs()
  })

  it('refuses a Host header that is none, or not of this machine: a page that rebinds its name reads nothing', async () => {
    const { hostname, port } = new URL(served.indexer.url)
    for (const host of ['[', 'evil.example', 'localhost.evil.example', `127.0.0.1.evil.example:${port}`]) {
      const request = get({ hostname, port, path: '/v1/stream', headers: { Host: host } })
      const [response] = (await once(request, 'response')) as [IncomingMessage]
      let text = ''
      for await (const chunk of response) text += chunk
      const body = JSON.parse(text)
      expect([response.statusCode, body.field], host).to.deep.equal([403, 'Host'])
      expect(body.remedy, host).to.be.a('string')
      expect(response.headers, host).to.not.have.property('access-control-allow-origin')
    }
  })

  it('takes no Host but those allowed, wherever it listens, when they are named: as behind a port of a container', async () => {
    const named = await serveMarket(undefined, { host: '0.0.0.0', allowedHosts: ['API.example'] })
    try {
      const { port } = named.indexer
      const statusOf = async (host: string) => {
        const request = get({ host: '127.0.0.1', port, path: '/health', headers: { Host: host } })
        const [response] = (await once(request, 'response')) as [IncomingMessage]
        response.resume()
        return response.statusCode
      }
      for (const host of ['api.example', 'api.example:443', `localhost:${port}`, '127.0.0.1']) {
        expect(await statusOf(host), host).to.equal(200)
      }
      for (const host of ['evil.example', 'api.example.evil.example', 'xapi.example']) {
        expect(await statusOf(host), host).to.equal(403)
      }
    } finally {
      await named.stop()
    }
  })

  it('promises no TLS, which it does not have: a proxy that has it says for which domains', async () => {
    const { headers } = await served.get('/v1/network')
    expect(headers.has('strict-transport-security')).to.equal(false)
    expect(headers.get('content-security-policy'))
      .to.include("default-src 'self'")
      .and.not.include('upgrade-insecure-requests')
    expect(headers.get('x-content-type-options'), 'what else there is stays').to.equal('nosniff')
  })

  it('lets pages of any origin read what is the same for all, and do nothing else', async () => {
    const headers = { Origin: 'https://elsewhere.example' }
    for (const path of ['/v1/network', '/openapi.json', '/v1/trades?limit=0']) {
      const answer = await served.get(path, { headers })
      expect(answer.headers.get('access-control-allow-origin'), path).to.equal('*')
      expect(answer.headers.get('cross-origin-resource-policy'), path).to.equal('cross-origin')
      expect(answer.headers.has('access-control-allow-credentials'), path).to.equal(false)
    }
    const leaving = new AbortController()
    const stream = await fetch(`${served.indexer.url}/v1/stream`, { signal: leaving.signal })
    expect(stream.headers.get('access-control-allow-origin')).to.equal('*')
    leaving.abort()
    const preflight = await served.get('/v1/network', {
      method: 'OPTIONS',
      headers: { ...headers, 'Access-Control-Request-Method': 'DELETE' },
    })
    expect(preflight.status).to.equal(405)
    expect(preflight.headers.has('access-control-allow-methods')).to.equal(false)
  })

  it('tells pages of elsewhere not where this machine has its chain', async () => {
    const rpcUrlFor = async (headers: Record<string, string>) => {
      const answer = await served.get('/v1/network', { headers })
      expect(answer.headers.get('vary')).to.equal('Origin')
      expect(answer.body.data.deployment.chainId).to.equal(31337)
      return answer.body.data.rpcUrl
    }
    const { rpcUrl } = served.anvil
    expect(await rpcUrlFor({})).to.equal(rpcUrl)
    for (const origin of ['http://localhost:5173', 'http://127.0.0.1', 'http://[::1]:80']) {
      expect(await rpcUrlFor({ Origin: origin }), origin).to.equal(rpcUrl)
    }
    for (const origin of ['https://elsewhere.example', 'http://localhost.evil.example', 'null']) {
      expect(await rpcUrlFor({ Origin: origin }), origin).to.equal(undefined)
    }
  })
})
