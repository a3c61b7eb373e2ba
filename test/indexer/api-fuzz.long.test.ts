import { expect } from 'chai'
import { SEED } from '../seed.ts'
import { type ServedMarket, serveMarket } from './support/api.ts'
import { onBothStores } from './support/both-stores.ts'
import { removeDataDirs } from './support/index-of.ts'
import { Random } from './support/random.ts'

/** To each of two databases. */
const REQUESTS = 5_000
/** Requests under way at a time. */
const TOGETHER = 20

/** What somebody might send who wishes the server ill, or has made a mistake. */
const HOSTILE = [
  ...['', ' ', '0', '-1', '1.5', '1e9', 'NaN', 'null', 'undefined', 'true', '[]', '{}', '[object Object]'],
  ...[
    "'",
    '"',
    "' or 1=1 --",
    "'; drop table agents; --",
    '1); select pg_sleep(9); --',
    '$1',
    '%',
    '_',
    '\\',
  ],
  ...['\0', '\uFFFF', '\uD800', '\u202E', '😀', 'é'.repeat(50), 'ﬃ', '²', '٣', '<script>alert(1)</script>'],
  ...['../../etc/passwd', '__proto__', 'constructor', 'a:* & b', 'a & | ! ( )', ':*', '%00', '%', '\r\nX: y'],
  ...['9'.repeat(13), '9'.repeat(20), '9'.repeat(78), '9'.repeat(400), `0x${'f'.repeat(40)}`],
  ...[`0x${'F'.repeat(64)}`, `0x${'0'.repeat(64)}`, '0x', 'x'.repeat(9_000), 'a '.repeat(400)],
  ...['871f8d099ffffff', '8001fffffffffff', 'energy.supply', 'energy.supply where price <= 9'],
  ...[
    'energy.supply where a covers 2020..2021',
    'a'.repeat(64),
    'ab cd',
    'hour',
    'open',
    'settled',
    '200',
    '0.5',
  ],
]
const CURSORS: unknown[] = [
  ...[
    null,
    0,
    -1,
    1,
    2 ** 53,
    1e300,
    '1',
    '9'.repeat(78),
    '9'.repeat(20),
    '',
    [],
    {},
    [0],
    [0, 0],
    [0, 0, 0],
  ],
  ...[
    [2 ** 53 - 1, 2 ** 31 - 1],
    [2 ** 53 - 1, 2 ** 31 - 1, 2 ** 31 - 1],
    [1e300, 0],
    [[0], 0],
    ['0', '0'],
    true,
  ],
]

onBothStores('the API under hostile requests', function (emptyPlace) {
  this.timeout(120_000)
  let served: ServedMarket
  /** What can be read without a node in the mesh, with the names of parameters. */
  let paths: [string, string[]][]

  before(async () => {
    served = await serveMarket(await emptyPlace())
    const { market, mesh, buyer, seller } = served
    mesh.capability(seller, { agentId: 2n })
    mesh.intent(buyer)
    await market.trade(buyer, seller)
    await served.caughtUp()
    const document = (await served.get('/openapi.json')).body
    paths = Object.entries(
      document.paths as Record<string, Record<string, { parameters?: { name: string }[] }>>,
    )
      .filter(
        ([path, { get }]) => get !== undefined && path !== '/v1/stream' && !/\/(release|deal)$/.test(path),
      )
      .map(([path, { get }]) => [path, (get?.parameters ?? []).map(({ name }) => name)])
  })
  after(async () => {
    await served?.stop()
    removeDataDirs()
  })

  function hostile(random: Random, name: string): string {
    if (name !== 'cursor' || random.below(2) === 0) return random.pick(HOSTILE)
    return Buffer.from(JSON.stringify(random.pick(CURSORS))).toString('base64url')
  }

  /** A route with hostile values for some of its parameters. */
  function request(random: Random): string {
    const [path, names] = random.pick(paths)
    const filled = path.replace(/\{(\w+)\}/g, (_, name) => encoded(hostile(random, name)) || '0')
    const query = names
      .filter((name) => !path.includes(`{${name}}`) && random.below(3) === 0)
      .map((name) => `${name}=${encoded(hostile(random, name))}`)
    return `${filled}?${query.join('&')}`
  }

  it(`answers none of them with a fault of its own, and tells nothing of its inside (seed ${SEED})`, async () => {
    const random = new Random(SEED)
    const statuses = new Map<number, number>()
    for (let sent = 0; sent < REQUESTS; sent += TOGETHER) {
      const batch = Array.from({ length: TOGETHER }, () => request(random))
      const answers = await Promise.all(batch.map((path) => served.get(path)))
      for (const [index, { status, body }] of answers.entries()) {
        const text = typeof body === 'string' ? body : JSON.stringify(body)
        expect([200, 400, 401, 404, 414, 431], `${batch[index]}: ${text}`).to.include(status)
        expect(text, batch[index]).not.to.match(/select .* from|node_modules|\.ts:\d|at async|syntax error/i)
        statuses.set(status, (statuses.get(status) ?? 0) + 1)
      }
    }
    expect(statuses.get(200), 'some are good').to.be.greaterThan(100)
    expect(statuses.get(400), 'most are not').to.be.greaterThan(1_000)
    expect((await served.get('/ready')).status).to.equal(200)
  })
})

/** As it stands in a URL; what is no text in UTF-8 as its bytes. */
function encoded(text: string): string {
  return encodeURIComponent(text.toWellFormed())
}
