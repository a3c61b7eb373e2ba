import { expect } from 'chai'
import { type FoundAgent, MeshNetwork, type ServiceOptions } from '../../agent/index.ts'
import { temporaryPaths } from '../agent/support/temporary.ts'
import { until } from '../agent/support/until.ts'
import { startMarket, type TestMarket } from './support/market.ts'
import { findService, PRICE, refusal } from './support/services.ts'

describe('asking a service', function () {
  this.timeout(60_000)
  const path = temporaryPaths()
  let market: TestMarket
  let provider: MeshNetwork
  let asker: MeshNetwork
  let service: FoundAgent

  const answer = () => 'an answer'

  before(async () => {
    market = await startMarket()
    provider = await market.join({ capabilities: ['data.fx', 'data.free'] })
    asker = await market.join({ bootstrapPeers: provider.endpoints })
    service = await findService(asker, provider)
  })
  after(() => market.stop())

  it('says what is wrong with a question before anything is paid into escrow for it', async () => {
    const stop = provider.serve('data.fx', answer, { price: PRICE })
    const code = async (doing: Promise<unknown>) => ((await refusal(doing)) as { code?: string }).code
    expect(await code(asker.request(undefined, 'monday'))).to.equal('AGENT_MISSING')
    expect(await code(asker.request(service, 'monday'))).to.equal('CAPABILITY_UNCLEAR')
    const tooLong = asker.request(service, 'x'.repeat(262_145), { capability: 'data.fx', maxPrice: PRICE })
    expect(await code(tooLong)).to.equal('MESSAGE_TOO_LARGE')
    expect(asker.deals()).to.deep.equal([])
    stop()
  })

  it('is served once, with a capability that others can find', async () => {
    const stop = provider.serve('data.fx', answer)
    expect(() => provider.serve('data.fx', answer))
      .to.throw()
      .that.includes({ code: 'SERVICE_INVALID' })
    stop()
    provider.serve('data.fx', answer)()
    const nameless = market.join({ capabilities: ['Image Generation'] })
    expect(await refusal(nameless)).to.include({ code: 'CAPABILITY_INVALID', field: 'capabilities[0].name' })
  })

  it('is settled as soon as the asker likes, who goes on asking by another agreement', async () => {
    const stops = [provider.serve('data.fx', answer, { price: PRICE }), provider.serve('data.free', answer)]
    const monday = { capability: 'data.fx', maxPrice: PRICE }
    await asker.settleServices()
    const before = asker.deals().length
    await asker.request(service, 'monday', { ...monday, requests: 10 })
    await asker.request(service, 'monday', { capability: 'data.free' })
    const settled = await asker.settleServices({ signal: AbortSignal.timeout(20_000) })
    expect(settled.map(({ state, outcome }) => ({ state, outcome }))).to.deep.equal([
      { state: 'settled', outcome: { quantity: 1n, paid: PRICE } },
    ])
    expect(await asker.settleServices()).to.deep.equal([])
    await asker.request(service, 'tuesday', monday)
    expect(asker.deals()).to.have.length(before + 2)
    for (const stop of stops) stop()
  })

  it('is found again where it is now, by who knew it before it started again', async () => {
    const directory = path('moved')
    const hub = await market.join()
    const seeker = await market.join({ bootstrapPeers: hub.endpoints })
    const init = { capabilities: ['data.fx'], bootstrapPeers: hub.endpoints, directory }
    await provider.disconnect()
    provider = await market.join(init)
    provider.serve('data.fx', answer)
    await seeker.request(await findService(seeker, provider), 'monday')
    await provider.disconnect()
    provider = await market.join({ ...init, enrolls: false })
    provider.serve('data.fx', answer)
    let text: string | undefined
    await until(async () => {
      const [found] = await seeker.discoverAgents({ capabilities: ['data.fx'] })
      text = await seeker.request(found, 'tuesday').then(
        (answered) => answered.text,
        () => undefined,
      )
      return text !== undefined
    }, 20_000)
    expect(text).to.equal('an answer')
    await Promise.all([seeker.disconnect(), hub.disconnect()])
  })

  it('needs no chain where it is free, and is not served for money without one', async () => {
    const network = { deployment: market.descriptor().deployment, bootstrapPeers: provider.endpoints }
    const join = async (capabilities: string[]) => {
      const agent = new MeshNetwork({ network, capabilities, directory: false })
      await agent.connect()
      return agent
    }
    const [free, seeker] = [await join(['data.fx']), await join([])]
    expect(() => free.serve('data.fx', answer, { price: PRICE }))
      .to.throw()
      .that.includes({ code: 'CHAIN_REQUIRED' })
    const early = new MeshNetwork({ network, directory: false })
    const stop = early.serve('data.fx', answer, { price: PRICE })
    expect(await refusal(early.connect())).to.include({ code: 'CHAIN_REQUIRED' })
    stop()
    await early.connect()
    await early.disconnect()
    free.serve('data.fx', answer)
    const { text } = await seeker.request(await findService(seeker, free), 'monday', {
      capability: 'data.fx',
    })
    expect(text).to.equal('an answer')
    await Promise.all([free.disconnect(), seeker.disconnect()])
  })

  it('is refused at once when an option is out of its bounds, before the agent is connected too', () => {
    const agent = new MeshNetwork({ bootstrapPeers: provider.endpoints, directory: false })
    const serve = (options: ServiceOptions) => () => agent.serve('data.fx', answer, options)
    for (const [field, options] of Object.entries({
      price: { price: -1n },
      ttl: { ttl: -1n },
      credit: { credit: 65 },
      concurrency: { concurrency: 0 },
      timeout: { timeout: 0 },
    })) {
      expect(serve(options))
        .to.throw()
        .that.includes({ code: 'SERVICE_INVALID', field: `options.${field}` })
    }
  })
})
