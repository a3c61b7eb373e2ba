import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { stripVTControlCharacters } from 'node:util'
import { expect } from 'chai'
import { apiPort, firstSlot } from '../../cli/up/options.ts'
import { renderLine, renderTable, type Status, sumTrades } from '../../cli/up/status.ts'
import { OpenEnergy } from '../../community/open-energy.ts'
import { readCommunity } from '../../community/read-community.ts'

describe('firstSlot', () => {
  const dataset = readCommunity()

  it('is the first in which anybody can trade', () => {
    const index = firstSlot(dataset, undefined)
    const maxima = dataset.slots.map(({ readings }) => new OpenEnergy(readings).maxTradableWh)
    expect(maxima[index]).to.be.greaterThan(0)
    expect(maxima.slice(0, index).every((wh) => wh === 0)).to.equal(true)
  })

  it('is what the option says, by number or by time', () => {
    expect(firstSlot(dataset, '41')).to.equal(41)
    expect(firstSlot(dataset, '2021-03-08T10:15Z')).to.equal(41)
    expect(firstSlot(dataset, '2021-03-08T10:20Z')).to.equal(41)
    expect(firstSlot(dataset, '2021-03-28T23:59:59Z')).to.equal(2015)
  })

  for (const from of ['2016', '-1', 'noon', '2021-03-29T00:00Z', '2021-03-07T23:59Z']) {
    it(`refuses ${from}`, () => {
      expect(() => firstSlot(dataset, from))
        .to.throw('--from')
        .with.property('code', 'SLOT_UNKNOWN')
    })
  }
})

describe('apiPort', () => {
  it('refuses a port that was asked for and is taken', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const error = await apiPort(port).catch((caught: unknown) => caught)
    server.close()
    expect(error).to.include({ code: 'PORT_TAKEN' })
    await once(server, 'close')
    expect(await apiPort(port)).to.equal(port)
  })
})

describe('the status', () => {
  const readings = [
    { home: 'a', loadWh: 100, pvWh: 1_400 },
    { home: 'b', loadWh: 250, pvWh: 0 },
  ]
  const energy = new OpenEnergy(readings)
  energy.update('a', 1_050)
  energy.update('b', 0)
  const books = {
    home: 'b',
    address: '0x00' as const,
    settled: 2,
    refunded: 0,
    cancelled: 0,
    resolved: 0,
    open: 1,
    boughtWh: 500,
    soldWh: 0,
    paid: 95_000n,
    received: 0n,
    fees: 0n,
    gasUsed: 0n,
    maxRounds: 2,
    trades: { settled: 2, open: 1, wh: 500, paid: 95_000n, fees: 100n },
  }
  const status: Status = {
    title: 'MESH Street',
    footer: ['API http://127.0.0.1:8787'],
    homes: ['a', 'b'],
    slot: { index: 41, start: 1_615_198_500, end: 1_615_199_400, readings },
    energy,
    books: [books],
    isAway: (home) => home === 'a',
  }

  it('shows surplus, trades, money and price of every home', () => {
    const lines = stripVTControlCharacters(renderTable(status)).split('\n')
    expect(lines[0]).to.equal('MESH Street: slot 41, 2021-03-08T10:15Z. 2 trades settled, 1 open')
    expect(lines[2]).to.match(/^a +\+1,300 +\+250 +away$/)
    expect(lines[3]).to.match(/^b +-250 +-250 +500 +0 +0\.0950 +0\.0000 +0\.1900$/)
    expect(lines[4]).to.match(/^all 2 +250 of 250 +500 +0 +0\.0950/)
    expect(lines[5]).to.equal('API http://127.0.0.1:8787')
  })

  it('shows a slot in one line where there is no terminal', () => {
    expect(renderLine(status)).to.include('slot 41 2021-03-08T10:15Z: traded 250 of 250 Wh')
    expect(renderLine(status)).to.match(/in all 2 trades settled for 0\.0950, 1 open; 1 home away$/)
  })

  it('counts what a home had done that does not answer just now', () => {
    const none = { ...status, isAway: () => true }
    expect(renderLine(none)).to.match(/in all 2 trades settled for 0\.0950, 1 open; 2 homes away$/)
    const lines = stripVTControlCharacters(renderTable(none)).split('\n')
    expect(lines[3]).to.match(/^b +-250 +-250 +away$/)
    expect(lines[4]).to.match(/^all 2 +250 of 250 +500 +0 +0\.0950/)
  })

  it('says what homes sell and what they buy, where one trades with an outsider as well', () => {
    const open = new OpenEnergy(readings)
    open.update('b', 0)
    const buying = { ...status, energy: open }
    expect(renderLine(buying)).to.include(
      ': sold 0 Wh and bought 250 Wh, where homes have 250 Wh for one another;',
    )
    expect(stripVTControlCharacters(renderTable(buying))).to.match(/^all 2 +\+0 -250 of 250 /m)
    open.update('a', 700)
    expect(renderLine(buying)).to.include(': sold 600 Wh and bought 250 Wh, where')
    expect(stripVTControlCharacters(renderTable(buying))).to.match(/^all 2 +\+600 -250 of 250 /m)
    open.update('a', 1_050)
    expect(renderLine(buying)).to.include(': traded 250 of 250 Wh;')
  })

  it('adds up trades, of which one home has each', () => {
    const seller = { ...books, home: 'a', trades: { settled: 1, open: 0, wh: 90, paid: 9_000n, fees: 9n } }
    expect(sumTrades([books, seller])).to.deep.equal({
      settled: 3,
      open: 1,
      wh: 590,
      paid: 104_000n,
      fees: 109n,
    })
  })
})
