import { expect } from 'chai'
import { cellToParent } from 'h3-js'
import { capabilityOf } from '../../protocol/capability.ts'
import { type ServedMarket, serveMarket } from './support/api.ts'
import { onBothStores } from './support/both-stores.ts'
import { removeDataDirs } from './support/index-of.ts'
import { account } from './support/market.ts'

onBothStores('the lists of the API', function (emptyPlace) {
  this.timeout(60_000)
  let served: ServedMarket

  before(async () => {
    served = await serveMarket(await emptyPlace())
    const { market, buyer, seller, mesh } = served
    for (let trade = 1; trade <= 7; trade++)
      await market.trade(buyer, seller, { quantity: BigInt(trade * 100) })
    await market.trade(seller, buyer, { quantity: 4_000n })
    await market.open(buyer, seller, await market.draft(buyer, seller))
    await market.revoke(buyer, await market.draft(buyer, seller))
    const contested = await market.draft(buyer, seller)
    await market.open(buyer, seller, contested)
    await market.deliver(seller, contested)
    await market.dispute(buyer, contested)
    for (let count = 0; count < 5; count++) mesh.intent(count % 2 === 0 ? buyer : seller)
    await served.caughtUp()
  })
  after(async () => {
    await served?.stop()
    removeDataDirs()
  })

  const ids = (rows: { id?: string; hash?: string; agentId?: string }[]) =>
    rows.map((row) => row.id ?? row.hash ?? row.agentId)

  /** Reads a list page by page; `between` happens after each page. */
  async function walk(
    path: string,
    limit: number,
    between = async () => {},
  ): Promise<(string | undefined)[]> {
    const seen: (string | undefined)[] = []
    let cursor = ''
    do {
      const separator = path.includes('?') ? '&' : '?'
      const { body, status } = await served.get(
        `${path}${separator}limit=${limit}${cursor && `&cursor=${cursor}`}`,
      )
      expect(status).to.equal(200)
      expect(body.data.length).to.be.at.most(limit)
      seen.push(...ids(body.data))
      cursor = body.page.nextCursor
      await between()
    } while (cursor)
    return seen
  }

  it('come page by page, newest first, with nothing left out and nothing twice', async () => {
    const either = `agent=${served.buyer.address}`
    const filtered = [
      `/v1/agreements?${either}`,
      `/v1/agreements?${either}&status=settled`,
      `/v1/trades?${either}`,
    ]
    for (const path of ['/v1/agents', '/v1/intents', '/v1/agreements', '/v1/trades', ...filtered]) {
      const whole = await walk(path, 200)
      expect(whole.length, path).to.be.greaterThan(1)
      for (const limit of [1, 2, 3, whole.length]) expect(await walk(path, limit), path).to.deep.equal(whole)
    }
    const blocks = (await served.get('/v1/trades')).body.data.map(({ block }: { block: number }) => block)
    expect(blocks).to.deep.equal(blocks.toSorted((a: number, b: number) => b - a))
  })

  it('stay as they were for a reader while entries are added', async () => {
    const { market, mesh, buyer, seller } = served
    for (const path of ['/v1/trades', '/v1/agreements', '/v1/intents', '/v1/agents']) {
      const whole = ids((await served.get(`${path}?limit=200`)).body.data)
      let additions = 0
      const seen = await walk(path, Math.ceil(whole.length / 3), async () => {
        additions++
        await market.trade(buyer, seller)
        mesh.intent(buyer)
        await market.register(buyer, 'https://agents.example/new')
        await served.caughtUp()
      })
      expect(additions, path).to.be.greaterThan(1)
      expect(seen, path).to.deep.equal(whole)
      expect(ids((await served.get(`${path}?limit=1`)).body.data)).not.to.deep.equal(whole.slice(0, 1))
    }
  })

  it('are filtered by what is asked for', async () => {
    const { buyer, seller } = served
    const all = (await served.get('/v1/agreements?limit=200')).body.data as Record<string, string>[]
    const cases: [string, (row: Record<string, string>) => boolean][] = [
      [`buyer=${buyer.address}`, (row) => row.buyer === buyer.address],
      [`seller=${buyer.address}`, (row) => row.seller === buyer.address],
      [`agent=${buyer.address.toLowerCase()}`, (row) => [row.buyer, row.seller].includes(buyer.address)],
      [`agent=${account(9).address}`, () => false],
      [`agent=${buyer.address}&seller=${seller.address}`, (row) => row.seller === seller.address],
      [`agent=${buyer.address}&buyer=${seller.address}`, (row) => row.buyer === seller.address],
      [`agent=${buyer.address}&buyer=${buyer.address}`, (row) => row.buyer === buyer.address],
      [`agent=${buyer.address}&seller=${account(9).address}`, () => false],
      [`agent=${account(9).address}&buyer=${buyer.address}&seller=${seller.address}`, () => false],
      [
        `agent=${buyer.address}&status=settled`,
        (row) => row.status === 'settled' && [row.buyer, row.seller].includes(buyer.address),
      ],
      ...['open', 'delivered', 'settled', 'refunded', 'resolved', 'revoked'].map(
        (status): [string, (row: Record<string, string>) => boolean] => [
          `status=${status}`,
          (row) => row.status === status,
        ],
      ),
      [
        `status=settled&buyer=${seller.address}`,
        (row) => row.status === 'settled' && row.buyer === seller.address,
      ],
    ]
    for (const [query, test] of cases) {
      const { body } = await served.get(`/v1/agreements?limit=200&${query}`)
      expect(body.data, query).to.deep.equal(all.filter(test))
    }
    const sells = await served.get(`/v1/trades?seller=${buyer.address}`)
    expect(sells.body.data.map(({ quantity }: { quantity: string }) => quantity)).to.deep.equal(['4000'])
    const mine = await served.get(`/v1/intents?limit=200&agent=${seller.address}&side=buy`)
    expect(mine.body.data).to.have.lengthOf(2)
    expect((await served.get('/v1/intents?side=sell')).body.data).to.deep.equal([])
    const wanted = (await served.get('/v1/intents?limit=200')).body.data
    for (const area of ['881f8d4a49fffff', cellToParent('881f8d4a49fffff', 4)]) {
      expect((await served.get(`/v1/intents?limit=200&area=${area}`)).body.data).to.deep.equal(wanted)
    }
    expect((await served.get('/v1/intents?area=871f8d099ffffff')).body.data).to.deep.equal([])
  })

  it('refuse a cursor that they did not give', async () => {
    const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const strange = [
      '%%%',
      'x'.repeat(500),
      encode([1]),
      encode([1, 2, 3]),
      encode(['a', 0]),
      encode([-1, 0]),
    ]
    for (const cursor of [...strange, encode({}), encode([0.5, 1]), encode([1, 2 ** 40]), encode(null)]) {
      const { status, body } = await served.get(`/v1/trades?cursor=${encodeURIComponent(cursor)}`)
      expect([status, body.field], cursor).to.deep.equal([400, 'cursor'])
    }
  })

  it('agree with the figures, in every answer, while the market goes on', async () => {
    const { market, buyer, seller } = served
    let asked = 0
    const trades = (async () => {
      while (asked < 6) await market.trade(buyer, seller)
    })()
    while (asked < 6) {
      const { data, meta } = (await served.get('/v1/stats')).body
      const listed = (await served.get('/v1/trades?limit=200')).body.data as {
        block: number
        payment: string
      }[]
      // Trades of later blocks may have joined the list meanwhile.
      const then = listed.filter(({ block }) => block <= meta.blockNumber)
      expect(data.trades).to.equal(then.length)
      expect(data.volume).to.equal(String(then.reduce((sum, { payment }) => sum + BigInt(payment), 0n)))
      asked++
    }
    await trades
  })

  it('add up over hours and days to the figures', async () => {
    const { market, buyer, seller } = served
    await market.pass(3_600)
    await market.trade(buyer, seller, { quantity: 12_345n })
    await market.pass(2 * 86_400)
    await market.trade(buyer, seller)
    await served.caughtUp()
    const { data: all } = (await served.get('/v1/stats')).body
    for (const [interval, seconds] of [
      ['hour', 3_600],
      ['day', 86_400],
    ] as const) {
      const { data } = (await served.get(`/v1/stats/series?interval=${interval}&limit=200`)).body
      expect(data.length).to.be.greaterThan(1)
      for (const column of ['trades', 'tradedWh', 'volume', 'fees']) {
        const sum = data.reduce(
          (sum: bigint, row: Record<string, string>) => sum + BigInt(row[column] ?? ''),
          0n,
        )
        expect(String(sum), `${interval} ${column}`).to.equal(String(all[column]))
      }
      const starts: number[] = data.map((row: { start: string }) => Date.parse(row.start) / 1000)
      expect(starts).to.deep.equal(starts.toSorted((a, b) => b - a))
      expect(starts.filter((start) => start % seconds !== 0)).to.deep.equal([])
      const [newest = 0, next = 0] = starts
      const path = `/v1/stats/series?interval=${interval}`
      const within = await served.get(`${path}&from=${next}&until=${newest}`)
      expect(within.body.data).to.deep.equal([data[1]])
      const first = (await served.get(`${path}&limit=1`)).body
      const rest = (await served.get(`${path}&limit=200&cursor=${first.page.nextCursor}`)).body
      expect([...first.data, ...rest.data]).to.deep.equal(data)
    }
  })

  it('show the stake, and the capabilities of the wallet that speaks for the agent', async () => {
    const { mesh, seller } = served
    /** Intents are stored after what came before them. */
    const heardSoFar = async () => {
      const intents = async () => (await served.get('/v1/stats')).body.data.intents
      const before = await intents()
      mesh.intent(seller)
      await poll(async () => (await intents()) > before)
    }
    const of = async () =>
      (await served.get(`/v1/agents?wallet=${seller.address}&owner=${seller.address}`)).body.data
    const [before] = await of()
    expect(before.capability).to.equal(null)
    expect(before.stakes).to.have.lengthOf(1)
    const [{ module, free, staked, locked }] = before.stakes
    expect(module).to.equal(served.market.deployment.contracts.intentEscrow)
    expect(BigInt(locked) > 0n, 'under open agreements').to.equal(true)
    expect(free).to.equal(String(BigInt(staked) - BigInt(locked)))
    const now = BigInt(Math.floor(Date.now() / 1000))
    const agentId = BigInt(before.agentId)
    mesh.capability(seller, {
      ...{ agentId, capabilities: ['energy.supply', 'ride.drive'].map(capabilityOf) },
      issuedAt: now,
    })
    mesh.capability(seller, { agentId, capabilities: [capabilityOf('stale')], issuedAt: now - 10n })
    await heardSoFar()
    const [after] = await of()
    const names = after.capability.capabilities.map(({ name }: { name: string }) => name)
    expect(names).to.deep.equal(['energy.supply', 'ride.drive'])
    // One that names another agent counts for neither.
    mesh.capability(seller, { agentId: agentId + 1n, issuedAt: now + 1n })
    await heardSoFar()
    expect((await of())[0].capability).to.equal(null)
  })
})

async function poll(test: () => Promise<boolean>): Promise<void> {
  const deadline = AbortSignal.timeout(10_000)
  while (!(await test())) deadline.throwIfAborted()
}
