import { expect } from 'chai'
import type { Browser, Page } from 'playwright-core'
import type * as Sdk from '../../agent/index.ts'
import { MeshNetwork, type MeshNetworkInit, type Relay, startRelay } from '../../agent/index.ts'
import { chromiumPath, startChromium } from './support/browser/chromium.ts'
import { type Site, startSite } from './support/browser/site.ts'

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
} as const

describe('an agent in Chromium', function () {
  this.timeout(60_000)
  let relay: Relay
  let node: MeshNetwork
  let site: Site
  let browser: Browser

  before(async function () {
    const path = chromiumPath()
    if (path === undefined) {
      console.log('    no Chromium here, so nothing is shown of browsers: install it, or set CHROMIUM')
      return this.skip()
    }
    relay = await newRelay()
    node = new MeshNetwork({
      bootstrapPeers: relay.multiaddrs,
      listen: ['/ip4/127.0.0.1/tcp/0/ws'],
      capabilities: ['image-generation'],
      area: AREA,
    })
    await node.connect()
    site = await startSite()
    browser = await startChromium(path)
  })

  after(async () => {
    await browser?.close()
    site?.stop()
    await node?.disconnect()
    await relay?.stop()
  })

  /** A page, in a profile of its own unless one is given, with an agent that has joined. */
  async function join(init: Partial<MeshNetworkInit> = {}): Promise<Page> {
    const page = await browser.newPage()
    page.on('pageerror', (error) => console.error(error))
    await page.goto(site.url)
    await page.waitForFunction(() => globalThis.sdk !== undefined)
    await page.evaluate(
      async (all) => {
        globalThis.network = new sdk.MeshNetwork(all)
        await network.connect()
      },
      { bootstrapPeers: node.endpoints, capabilities: ['image-generation'], area: AREA, ...init },
    )
    return page
  }

  it('joins over WebSockets, publishes, discovers and hears', async () => {
    const page = await join()
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

  it('meets another page and a hidden machine at a relay, and talks to both over WebRTC', async () => {
    // One of its own, at which there is nobody who could be dialled.
    const meeting = await newRelay()
    const init = { bootstrapPeers: meeting.multiaddrs, relays: meeting.multiaddrs }
    const hidden = new MeshNetwork({ ...init, listen: [], capabilities: ['image-generation'], area: AREA })
    await hidden.connect()
    try {
      const [first, second] = [await join(init), await join(init)]
      const ids = [hidden.peerId.toString(), await second.evaluate(() => network.peerId.toString())]
      await first.waitForFunction((peers) => {
        const direct = network.connections.filter(({ isRelayed }) => !isRelayed)
        return peers.every((peer) =>
          direct.some(({ peerId, address }) => peerId === peer && address.includes('/webrtc')),
        )
      }, ids)
      const machine = hidden.intents()[Symbol.asyncIterator]().next()
      const page = await second.evaluateHandle(() => ({
        next: network.intents()[Symbol.asyncIterator]().next(),
      }))
      const hash = await first.evaluate(async (intent) => (await network.publishIntent(intent)).hash, INTENT)
      expect((await machine).value.hash).to.equal(hash)
      expect(await page.evaluate(async ({ next }) => (await next).value.hash)).to.equal(hash)
      await first.close()
      await second.close()
    } finally {
      await hidden.disconnect()
      await meeting.stop()
    }
  })
})

/** On loopback, at free ports. */
function newRelay(): Promise<Relay> {
  const key = crypto.getRandomValues(new Uint8Array(32))
  return startRelay({ key, host: '127.0.0.1', port: 0, stunPort: 0 })
}
