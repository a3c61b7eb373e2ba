import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import { expect } from 'chai'
import type { Sources } from '../../scripts/deploy/artifact.ts'
import { CONTRACTS } from '../../scripts/deploy/contracts.ts'
import { publishSources } from '../../scripts/verify-sources.ts'
import { deployment } from '../e2e/support/deployment.ts'

/** A server that answers as Sourcify does, and knows no chain. */
describe('publishing sources', () => {
  const heard: { path: string; body: Sources }[] = []
  let server: Server
  let url: string
  /** What comes of the next job, and of a request for it. */
  let job: unknown
  let ticket: unknown

  before(async () => {
    server = createServer(async (request, response) => {
      if (request.method === 'POST')
        heard.push({ path: request.url ?? '', body: (await json(request)) as Sources })
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify(request.method === 'POST' ? ticket : job))
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  after(() => server.close())
  beforeEach(() => {
    heard.length = 0
    ticket = { verificationId: 'ticket-1' }
    job = { isJobCompleted: true, contract: { match: 'match' } }
  })

  async function run() {
    const steps: string[] = []
    const failed = await publishSources(deployment, { server: url, onStep: (step) => steps.push(step) })
    return { failed, steps }
  }

  it('sends for every contract what it was compiled from, and by which compiler', async () => {
    const { failed, steps } = await run()
    const known = CONTRACTS.filter(({ name }) => deployment.contracts[name] !== undefined)
    expect(failed).to.equal(0)
    expect(steps.length).to.equal(known.length)
    expect(heard.map(({ path }) => path)).to.deep.equal(
      known.map(({ name }) => `/v2/verify/${deployment.chainId}/${deployment.contracts[name]}`),
    )
    for (const [i, { body }] of heard.entries()) {
      const [path = '', name] = body.contractIdentifier.split(':')
      expect(known[i]?.source.endsWith(`${name}.sol`)).to.equal(true)
      expect(body.compilerVersion).to.match(/^0\.8\.37\+commit\.[0-9a-f]{8}$/)
      const { sources } = body.stdJsonInput as { sources: Record<string, { content: string }> }
      expect(sources[path]?.content).to.include(`contract ${name} `)
    }
  })

  it('says which contract the server does not agree about, and why', async () => {
    job = { isJobCompleted: true, contract: { match: null }, error: { message: 'another code' } }
    const { failed, steps } = await run()
    expect(failed).to.equal(steps.length)
    expect(steps[0]).to.include('FAILED: another code')
  })

  it('takes what is known already for done', async () => {
    ticket = { customCode: 'already_verified', message: 'is verified' }
    const { failed, steps } = await run()
    expect(failed).to.equal(0)
    expect(steps[0]).to.include('already verified')
  })

  it('says when the server answers nonsense', async () => {
    ticket = { verificationId: '../../other' }
    expect((await run()).failed).to.be.greaterThan(0)
  })
})
