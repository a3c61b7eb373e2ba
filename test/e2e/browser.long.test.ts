import { expect } from 'chai'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import type * as Sdk from '../../agent/index.ts'
import {
  type Deal,
  isOpen,
  MeshNetwork,
  type MeshNetworkInit,
  type Relay,
  startRelay,
} from '../../agent/index.ts'
import { type Market, startMarket as startHomes, temporaryFolder } from '../../cli/running-market.ts'
import { skip } from '../agent/support/skip.ts'
import { temporaryDirectory } from '../community/temporary-file.ts'
import { chromiumPath, startChromium } from './support/browser/chromium.ts'
import { type Site, startSite } from './support/browser/site.ts'
import { energyIntent, startMarket, type TestMarket } from './support/market.ts'

declare global {
  /** The package, and the agent of a page, as its scripts have them. */
  var sdk: typeof Sdk
  var network: MeshNetwork
}

const AREA = '871fae6e2ffffff'
const INTENT = {
  side: 'buy',
  capability: 'image-generation',
  quantity: 1n,
  price: 20_000n,
  lot: 1n,
  start: 1_615_190_400n,
  end: 1_615_191_300n,
  replay: true,
} as const
/** 400 Wh for 0.2 tokens a kilowatt hour. */
const OFFER = { quantity: 400n, price: 200_000n }
const textOf = (bytes: Uint8Array) => new TextDecoder().decode(bytes)

describe('an agent in Chromium', function () {
  // The package is built and bundled first.
  this.timeout(120_000)
  let relay: Relay
  let node: MeshNetwork
  let site: Site
  let browser: Browser

  before(async function () {
    const path = chromiumPath()
    if (path === undefined) {
      return skip(this, 'no Chromium here, so nothing is shown of browsers: install it, or set CHROMIUM')
    }
    site = await startSite()
    browser = await startChromium(path)
    relay = await newRelay()
    node = new MeshNetwork({
      bootstrapPeers: relay.multiaddrs,
      listen: ['/ip4/127.0.0.1/tcp/0/ws', '/ip4/127.0.0.1/udp/0/webrtc-direct'],
      capabilities: ['image-generation'],
      area: AREA,
      directory: false,
    })
    await node.connect()
  })

  after(async () => {
    await browser?.close()
    site?.stop()
    await node?.disconnect()
    await relay?.stop()
  })

  /** A page of a profile; of one of its own where none is given. */
  async function open(profile?: BrowserContext, url = site.url): Promise<Page> {
    const page = await (profile ?? browser).newPage()
    page.on('pageerror', (error) => console.error(error))
    await page.goto(url)
    await page.waitForFunction(() => globalThis.sdk !== undefined)
    return page
  }

  /** Lets a page have an agent that has joined. */
  async function join(page: Page, init: Partial<MeshNetworkInit> = {}): Promise<void> {
    const standard = { bootstrapPeers: node.endpoints, capabilities: ['image-generation'], area: AREA }
    await page.evaluate(
      async (all) => {
        globalThis.network = new sdk.MeshNetwork(all)
        await network.connect()
      },
      { ...standard, ...init },
    )
  }

  it('joins over WebSockets, publishes, discovers and hears', async () => {
    const page = await open()
    await join(page)
    const { address, connections } = await page.evaluate(() => ({
      address: network.address,
      connections: network.connections,
    }))
    const connection = connections.find(({ peerId }) => peerId === node.peerId.toString())
    expect(connection?.address).to.include('/ws')

    const heard = node.intents()[Symbol.asyncIterator]().next()
    const hash = await page.evaluate(async (intent) => (await network.publishIntent(intent)).hash, INTENT)
    // Whoever hears it has verified that it is signed by whom it names.
    const { value: intent } = await heard
    expect([intent.hash, intent.value.agent]).to.deep.equal([hash, address])

    const found = await page.evaluate(async () => {
      const agents = await network.discoverAgents({ capabilities: ['image-generation'] })
      return agents.map(({ record }) => record.value.agent)
    })
    expect(found).to.deep.equal([node.address])
    expect(
      (await node.discoverAgents({ capabilities: ['image-generation'] })).map((a) => a.record.value.agent),
    ).to.deep.equal([address])

    const hearing = await page.evaluateHandle(() => ({
      next: network.intents()[Symbol.asyncIterator]().next(),
    }))
    const published = await node.publishIntent(INTENT)
    expect(await hearing.evaluate(async ({ next }) => (await next).value.hash)).to.equal(published.hash)
    await page.close()
  })

  it('joins over WebRTC, for which the other end needs no certificate', async () => {
    const page = await open()
    await join(page, {
      bootstrapPeers: node.endpoints.filter((address) => address.includes('/webrtc-direct')),
    })
    const connections = await page.evaluate(() => network.connections)
    const connection = connections.find(({ peerId }) => peerId === node.peerId.toString())
    expect(connection?.address).to.include('/webrtc-direct')
    const heard = node.intents()[Symbol.asyncIterator]().next()
    const hash = await page.evaluate(async (intent) => (await network.publishIntent(intent)).hash, INTENT)
    expect((await heard).value.hash).to.equal(hash)
    await page.close()
  })

  it('keeps key and peers with the origin, and its directory from other tabs', async () => {
    const [profile, nobody] = [await browser.newContext(), await newRelay()]
    const [page, other] = [await open(profile), await open(profile)]
    const keys = await page.evaluate(async () => {
      const loading = Array.from({ length: 5 }, () => sdk.loadKey('race/key'))
      return (await Promise.all(loading)).map(String)
    })
    const key = await other.evaluate(async () => String(await sdk.loadKey('race/key')))
    expect([...new Set([...keys, key])], 'of all who make it at once, and who come later').to.have.length(1)
    await join(page, { directory: 'home' })
    const address = await page.evaluate(() => network.address)
    const refused = await join(other, { directory: 'home' }).catch(String)
    expect(refused).to.include('belongs to an agent that is running')
    // It does not say goodbye.
    await page.close()
    await join(other, { directory: 'home', bootstrapPeers: nobody.multiaddrs })
    expect(await other.evaluate(() => network.address)).to.equal(address)
    await other.waitForFunction(
      (peer) => network.connections.some(({ peerId }) => peerId === peer),
      node.peerId.toString(),
    )
    await profile.close()
    await nobody.stop()
  })

  it('says that a page has to come over TLS, or from this machine', async () => {
    const page = await open(undefined, site.url.replace('127.0.0.1', 'insecure.example'))
    const refused = await join(page).catch(String)
    expect(refused).to.include('cannot run an agent').and.include('insecure.example')
    await page.close()
  })

  it('meets another page and a hidden machine at a relay, and talks to both over WebRTC', async () => {
    // One of its own, at which there is nobody who could be dialled.
    const meeting = await newRelay()
    const init = { bootstrapPeers: meeting.multiaddrs, relays: meeting.multiaddrs }
    const hidden = new MeshNetwork({
      ...init,
      listen: [],
      directory: false,
      capabilities: ['image-generation'],
      area: AREA,
    })
    await hidden.connect()
    try {
      const [first, second] = [await open(), await open()]
      await join(first, init)
      await join(second, init)
      const ids = [hidden.peerId.toString(), await second.evaluate(() => network.peerId.toString())]
      await first.waitForFunction((peers) => {
        const direct = network.connections.filter(({ isRelayed }) => !isRelayed)
        return peers.every((peer) =>
          direct.some(({ peerId, address }) => peerId === peer && address.includes('/webrtc')),
        )
      }, ids)
      const reachesBoth = async (start: bigint) => {
        const machine = hidden.intents()[Symbol.asyncIterator]().next()
        const page = await second.evaluateHandle(() => ({
          next: network.intents()[Symbol.asyncIterator]().next(),
        }))
        const intent = { ...INTENT, start, end: start + 900n }
        const hash = await first.evaluate(async (draft) => (await network.publishIntent(draft)).hash, intent)
        expect((await machine).value.hash).to.equal(hash)
        expect(await page.evaluate(async ({ next }) => (await next).value.hash)).to.equal(hash)
      }
      await reachesBoth(INTENT.start)
      // From here on nothing can go through it.
      await meeting.stop()
      await reachesBoth(INTENT.end)
      await first.close()
      await second.close()
    } finally {
      await hidden.disconnect()
    }
  })

  describe('with a chain', () => {
    let market: TestMarket
    let trader: MeshNetwork

    before(async () => {
      market = await startMarket()
      trader = await market.join({
        listen: ['/ip4/127.0.0.1/tcp/0/ws'],
        capabilities: ['energy.supply', 'data.fx'],
        bootstrapPeers: relay.multiaddrs,
        governanceInterval: 100,
      })
    })

    after(() => market?.stop())

    /** Lets a page have an agent that has joined the market, with what it had there before. */
    async function enter(page: Page): Promise<void> {
      const init = {
        network: market.descriptor(trader.endpoints),
        directory: 'trader',
        capabilities: ['energy.supply', 'image-generation'],
        governanceInterval: 100,
      }
      const address = await page.evaluate(async (all) => {
        globalThis.network = new sdk.MeshNetwork(all)
        return (await network.load()).address
      }, init)
      await market.fund(address)
      await page.evaluate(async () => {
        await network.connect()
        await network.account.ensureTestDollars(100_000_000n)
        await network.enroll({ agentURI: 'data:,page', stake: 50_000_000n, balance: 50_000_000n })
        network.onOffer(() => ({ type: 'accept' }))
      })
    }

    it('buys, remembers what it signed after the page was loaded anew, and sells', async () => {
      const page = await open()
      await enter(page)
      const wanted = trader.intents()[Symbol.asyncIterator]().next()
      await page.evaluate((intent) => network.publishIntent(intent), energyIntent(400n))
      const outcome = await trader.offer((await wanted).value, OFFER, { duration: 60n })
      if (outcome.type !== 'agreed') throw new Error(`declined: ${outcome.reason} ${outcome.detail}`)
      const { id } = outcome.deal
      await trader.untilDeal(id, isOpen)
      await page.reload()
      await page.waitForFunction(() => globalThis.sdk !== undefined)
      await enter(page)
      expect(await page.evaluate((deal) => network.deal(deal)?.agreement, id)).to.deep.equal(
        outcome.deal.agreement,
      )
      await trader.deliver(id, 400n)
      const settled = ({ state }: Deal) => state === 'settled'
      await trader.untilDeal(id, settled, { signal: AbortSignal.timeout(20_000) })
      await page.waitForFunction((deal) => network.deal(deal)?.state === 'settled', id)

      trader.onOffer(() => ({ type: 'accept' }))
      const selling = page.evaluate(async (offer) => {
        for await (const intent of network.intents()) {
          const outcome = await network.offer(intent, offer, { duration: 60n })
          if (outcome.type !== 'agreed') return `declined: ${outcome.reason} ${outcome.detail}`
          const { id } = outcome.deal
          await network.untilDeal(id, sdk.isOpen)
          return (await network.deliver(id, 400n)).state
        }
      }, OFFER)
      await trader.publishIntent({ ...energyIntent(400n), start: 1_615_191_300n, end: 1_615_192_200n })
      expect(await selling).to.equal('settled')
      await page.close()
    })

    it('asks a machine, and serves it, each for money', async () => {
      const page = await open()
      await enter(page)
      trader.serve('data.fx', (day) => `1.1 on ${textOf(day)}`, { price: 20_000n })
      const answer = await page.evaluate(async () => {
        const [agent] = await network.discoverAgents({ capabilities: ['data.fx'] })
        if (agent === undefined) throw new Error('nobody has rates')
        return (await network.request(agent, 'monday', { capability: 'data.fx', maxPrice: 20_000n })).text
      })
      expect(answer).to.equal('1.1 on monday')

      const address = await page.evaluate(() => {
        const textOf = (bytes: Uint8Array) => new TextDecoder().decode(bytes)
        network.serve('image-generation', (prompt) => `<svg>${textOf(prompt)}</svg>`, { price: 30_000n })
        return network.address
      })
      const painters = await trader.discoverAgents({ capabilities: ['image-generation'] })
      const painter = painters.find(({ record }) => record.value.agent === address)
      if (painter === undefined) throw new Error('the page is not found')
      const painted = await trader.request(painter, 'a cat', {
        capability: 'image-generation',
        maxPrice: 30_000n,
      })
      expect(painted.text).to.equal('<svg>a cat</svg>')
      await page.close()
    })
  })
  describe('that is told of a market by `/v1/network` alone', () => {
    const files = temporaryDirectory()
    let market: Market
    before(async () => {
      const strategy = { name: 'honest' } as const
      market = await startHomes({
        dataset: {
          ...{ name: 'Street', area: AREA, retailPrice: 300_000n, feedInPrice: 80_000n, slots: [] },
          homes: ['a', 'b', 'c'].map((name) => ({ name, strategy })),
        },
        ...{ processes: 3, settleWithin: 60, port: 0, keepsIndex: false },
        chainLog: files.path('chain.log'),
        openFolder: async () => temporaryFolder(files.path('market')),
        signal: AbortSignal.timeout(60_000),
        onStep: () => undefined,
      })
    })
    after(() => market?.stop())

    it('reads it from another origin, joins, and hears what the homes say', async () => {
      const page = await open()
      const url = `${market.indexer.url}/v1/network`
      expect(new URL(url).origin).to.not.equal(new URL(page.url()).origin)
      await page.evaluate(async (from) => {
        const answer = await fetch(from)
        const { data } = (await answer.json()) as { data: Sdk.NetworkDescriptor }
        globalThis.network = new sdk.MeshNetwork({ network: data, domains: ['energy'], directory: false })
        await network.connect()
      }, url)
      const peers = await page.evaluate(() => network.connections.map(({ address }) => address))
      expect(peers).to.not.deep.equal([])
      for (const address of peers) expect(address).to.include('/ws')
      const heard = page.evaluate(async () => {
        for await (const { value } of network.intents()) return value.agent
      })
      const [start, end] = [1_615_190_400, 1_615_191_300]
      market.supervisor.startSlot({ index: 0, start, end, readings: [{ home: 'a', loadWh: 400, pvWh: 0 }] })
      expect(await heard).to.equal(market.supervisor.members.get('a')?.address)
      await page.close()
    })
  })
})

/** On loopback, at free ports. */
function newRelay(): Promise<Relay> {
  const key = crypto.getRandomValues(new Uint8Array(32))
  return startRelay({ key, host: '127.0.0.1', port: 0, stunPort: 0 })
}
