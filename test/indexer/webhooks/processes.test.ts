import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { expect } from 'chai'
import type { HDAccount } from 'viem/accounts'
import { startIndexer } from '../../../indexer/index.ts'
import type { StorePlace } from '../../../indexer/store/store.ts'
import { until } from '../../agent/support/until.ts'
import { type Anvil, startAnvil } from '../support/anvil.ts'
import { onBothStores } from '../support/both-stores.ts'
import { removeDataDirs } from '../support/index-of.ts'
import { Market } from '../support/market.ts'
import { emptyDatabase } from '../support/postgres.ts'
import { Receiver } from '../support/receiver.ts'
import { WebhookOwner } from '../support/webhook-owner.ts'

describe('webhooks and processes that come and go', function () {
  this.timeout(120_000)
  let anvil: Anvil
  let market: Market
  let buyer: HDAccount
  let seller: HDAccount
  let to: Receiver
  let child: ChildProcess | undefined

  before(async () => {
    anvil = await startAnvil()
    market = await Market.deploy(anvil.rpcUrl)
    buyer = await market.join(1)
    seller = await market.join(2)
  })
  beforeEach(async () => {
    to = await Receiver.start()
  })
  afterEach(async () => {
    await kill()
    await to.stop()
  })
  after(async () => {
    await anvil?.stop()
    removeDataDirs()
  })

  async function kill(): Promise<void> {
    if (child === undefined) return
    const exited = once(child, 'exit')
    child.kill('SIGKILL')
    child = undefined
    await exited
  }

  onBothStores('a process that is killed', (emptyPlace) => {
    async function start(place: StorePlace): Promise<string> {
      child = fork(new URL('../support/serving-process.ts', import.meta.url))
      child.send([market.network, place])
      const [url] = await once(child, 'message')
      // What others traded before is no news.
      await until(async () => {
        const stats = await (await fetch(`${url}/v1/stats`)).json()
        return (stats as { meta: { blockNumber: number } }).meta.blockNumber === (await market.height())
      })
      return url
    }

    it('after its message was taken and before that is noted sends it again, by the same id, and all that follow', async () => {
      const place = await emptyPlace()
      let url = await start(place)
      const owner = new WebhookOwner(buyer, () => url)
      await owner.register(to.url, 'event=agreement')
      await until(async () => (await owner.list())[0]?.status === 'active')
      await market.trade(buyer, seller)
      await to.untilTold(2)
      // The receiver has taken it, and the process dies before it hears so.
      const { promise: taken, resolve } = Promise.withResolvers<string>()
      to.answer = async ({ message }) => {
        await kill()
        resolve(message.id)
        return { status: 200 }
      }
      await market.trade(buyer, seller)
      const id = await taken
      to.answer = () => ({ status: 200 })
      await market.trade(buyer, seller)
      url = await start(place)
      await to.untilTold(7)
      expect(to.ids.filter((each) => each === id)).to.have.length(2)
      expect(new Set(to.ids).size, 'none is missing').to.equal(6)
      expect(
        to.ids.toSorted((a, b) => Number(a) - Number(b)),
        'in order',
      ).to.deep.equal(to.ids)
      expect(to.told.slice(1).map(({ message }) => message.type)).to.deep.equal([
        ...['agreement.opened', 'agreement.settled', 'agreement.opened', 'agreement.opened'],
        ...['agreement.settled', 'agreement.opened', 'agreement.settled'],
      ])
    })
  })

  it('are told once by processes that share a database, whoever was asked, and by the next one when the writer ends', async () => {
    const database = await emptyDatabase()
    const options = { network: market.network, database, pollInterval: 20, webhooks: { local: true } }
    const writer = await startIndexer(options)
    const other = await startIndexer(options)
    const readOnly = await startIndexer({ ...options, readOnly: true })
    try {
      const owner = new WebhookOwner(buyer, () => other.url)
      await owner.register(to.url, 'event=agreement.settled')
      await until(async () => (await owner.list())[0]?.status === 'active')
      for (let count = 0; count < 5; count++) await market.trade(buyer, seller)
      await to.untilTold(5)
      expect((await new WebhookOwner(buyer, () => readOnly.url).prepare('list')).status).to.equal(200)
      const refused = await new WebhookOwner(buyer, () => readOnly.url).act('register', '', { url: to.url })
      expect(refused.status).to.equal(503)
      await writer.stop()
      await market.trade(buyer, seller)
      await to.untilTold(6)
      await until(async () => (await owner.list())[0]?.waiting === 0)
      expect(new Set(to.ids).size).to.equal(6)
      expect(to.ids).to.have.length(6)
    } finally {
      for (const indexer of [writer, other, readOnly]) await indexer.stop()
    }
  })
})
