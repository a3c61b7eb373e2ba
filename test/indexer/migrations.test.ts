import { expect } from 'chai'
import { sql } from 'kysely'
import type { Backend } from '../../indexer/store/backend.ts'
import { up as firstMarket } from '../../indexer/store/migrations/0001-first-market.ts'
import { up as energyApart } from '../../indexer/store/migrations/0002-energy-apart.ts'
import { openPGlite } from '../../indexer/store/pglite.ts'
import { undoAbove } from '../../indexer/store/undo.ts'

/** An hour of UTC, in Unix seconds. */
const HOUR = 1_700_000_000 - (1_700_000_000 % 3_600)

describe('the migration that tells energy from what else is traded', function () {
  this.timeout(30_000)
  let backend: Backend

  before(async () => {
    backend = openPGlite()
    const { db } = backend
    await firstMarket(db)
    // 250 Wh in the first block, a ride of 4.2 km and 1 kWh in the second, the latter an hour later, and a spot trade.
    const trades = [
      { id: '0x1', block: 1, at: HOUR, lot: 1_000, traded: 250, received: 49, fee: 1 },
      { id: '0x2', block: 2, at: HOUR + 5, lot: 4_200, traded: 4_200, received: 800, fee: 2 },
      { id: '0x3', block: 2, at: HOUR + 3_600, lot: 1_000, traded: 1_000, received: 199, fee: 1 },
      { id: '0x4', block: 2, at: HOUR, lot: null, traded: 7, received: 9, fee: 0 },
      { id: '0x5', block: 2, at: HOUR, lot: 1_000, traded: null, received: 0, fee: 0 },
    ]
    for (const { id, block, at, lot, traded, received, fee } of trades) {
      await sql`insert into agreements (id, status, block, "logIndex", token, lot, "endedBlock", "endedAt", received, fee, traded)
        values (${id}, 'settled', ${block}, 0, '0xT', ${lot}, ${block}, ${at}, ${received}, ${fee}, ${traded})`.execute(
        db,
      )
    }
    await sql`insert into "tokenTotals" values ('0xT', 4, 5457, 1061, 4, 0)`.execute(db)
    await sql`insert into "tradeSeries" values ('0xT', 'hour', ${HOUR}, 3, 4457, 861, 3),
      ('0xT', 'hour', ${HOUR + 3_600}, 1, 1000, 200, 1)`.execute(db)
    const before = { token: '0xT', trades: 1, quantity: 250, volume: 50, fees: 1 }
    await sql`insert into undo values
      (2, 'tokenTotals', '0xT', ${JSON.stringify({ ...before, collected: 0 })}::jsonb),
      (2, 'tradeSeries', ${`0xT/hour/${HOUR}`}, ${JSON.stringify({ ...before, interval: 'hour', start: HOUR })}::jsonb),
      (2, 'tradeSeries', ${`0xT/hour/${HOUR + 3_600}`}, null)`.execute(db)
    await energyApart(db)
  })
  after(() => backend?.close())

  const read = async () => {
    const totals = await backend.db.selectFrom('tokenTotals').selectAll().executeTakeFirst()
    const series = await backend.db.selectFrom('tradeSeries').selectAll().orderBy('start').execute()
    return {
      totals: [totals?.trades, totals?.volume, totals?.energy, totals?.energyVolume].map(Number),
      series: series.map(({ energy, energyVolume }) => [energy, energyVolume].map(Number)),
    }
  }

  it('adds energy up anew from what was agreed', async () => {
    expect(await read()).to.deep.equal({
      totals: [4, 1_061, 1_250, 250],
      series: [
        [250, 50],
        [1_000, 200],
      ],
    })
  })

  it('leaves what a reorganisation undoes as it was then', async () => {
    await backend.db.transaction().execute((tx) => undoAbove(tx, 1))
    expect(await read()).to.deep.equal({ totals: [1, 50, 250, 50], series: [[250, 50]] })
  })
})
