import { expect } from 'chai'
import { Rejects } from '../../agent/index.ts'
import { parseInstant } from '../../community/instant.ts'
import { pricesOf, readPrices } from '../../community/read-prices.ts'
import { temporaryDirectory } from './temporary-file.ts'

describe('readPrices', () => {
  const files = temporaryDirectory()
  const slot = (time: string, minutes: number) => {
    const start = parseInstant(time) ?? 0
    return { start, end: start + minutes * 60, readings: [] }
  }

  it('reads prices of either unit, below zero too, by the start of an interval or its end', () => {
    const rejects = new Rejects()
    const mwh = files.write(
      'mwh.csv',
      'interval_end,rrp_aud_per_mwh,mw\n2025-01-01T00:05,138.03,1\n2025-01-01T00:10,-999.99\n2025-01-01T00:15,17500\n',
    )
    expect(readPrices(mwh, rejects).points.map(({ start, price }) => [start % 3600, price])).to.deep.equal([
      [0, 138_030n],
      [300, -999_990n],
      [600, 17_500_000n],
    ])
    const kwh = files.write(
      'kwh.csv',
      'time,price_per_kwh\n2025-01-01T00:00,0.30\n2025-01-01T01:00,-0.000001\n',
    )
    expect(readPrices(kwh, rejects).points.map(({ start, price }) => [start % 7200, price])).to.deep.equal([
      [0, 300_000n],
      [3600, -1n],
    ])
    expect(rejects.count).to.equal(0)
  })

  it('counts rows that it cannot use', () => {
    const rejects = new Rejects()
    const rows = [
      '2025-01-01T00:00,0.3',
      '2025-01-01T01:00,n/a',
      'soon,0.3',
      '2025-01-01T00:00,0.4',
      '2025-01-01T02:00',
    ]
    const { points } = readPrices(
      files.write('dirty.csv', ['time,price_per_kwh', ...rows].join('\n')),
      rejects,
    )
    expect(points.length).to.equal(1)
    expect(rejects.list().map(({ count, examples }) => [count, ...examples])).to.deep.equal([
      [2, 'line 3', 'line 6'],
      [1, 'line 4'],
      [1, 'line 5'],
    ])
  })

  it('gives longer slots the mean, shorter ones the price, and those of another time that of the same minute', () => {
    const rows = ['00:00,-0.000001', '00:15,0', '00:30,0.4', '00:45,0.6'].map((row) => `2025-01-01T${row}`)
    const series = readPrices(
      files.write('day.csv', ['time,price_per_kwh', ...rows].join('\n')),
      new Rejects(),
    )
    const day = '2025-01-01T'
    expect(pricesOf(series, [slot(`${day}00:00`, 30), slot(`${day}00:30`, 30)])).to.deep.equal([
      -1n,
      500_000n,
    ])
    expect(pricesOf(series, [slot(`${day}00:30`, 5), slot(`${day}00:50`, 5)])).to.deep.equal([
      400_000n,
      600_000n,
    ])
    expect(pricesOf(series, [slot('2021-03-08T00:15', 15)])).to.deep.equal([0n])
    expect(() => pricesOf(series, [slot(`${day}00:45`, 15), slot(`${day}01:00`, 15)]))
      .to.throw('2025-01-01T01:00Z')
      .with.property('code', 'PRICE_MISSING')
  })
})
