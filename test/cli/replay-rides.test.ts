import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import { readTrips } from '../../cli/replay/rides/input.ts'
import { replayRides } from '../../cli/replay/rides/replay.ts'
import { MeshError } from '../../protocol/errors.ts'
import { temporaryDirectory } from '../community/temporary-file.ts'
import { mesh } from './mesh.ts'

const HEADER = 'pickup_local,dropoff_local,more,pickup_lon,pickup_lat,dropoff_lon,dropoff_lat'
const GOOD = '2015-01-15T08:00:00,2015-01-15T08:10:00,x,-73.99,40.72,-73.98,40.75'

describe('mesh replay rides', function () {
  this.timeout(120_000)
  const files = temporaryDirectory()

  it('replays the whole day sample offline, and the figures agree with one another', async () => {
    const { code, stdout, stderr } = await mesh(files.path('.'), 'replay', 'rides', '--offline', '--json')
    expect(stderr).to.equal('')
    expect(code).to.equal(0)
    const report = JSON.parse(stdout)
    expect(report).to.include({ bookings: 9_989, drivers: 200, from: '2015-01-15T00:00' })
    expect(report.rejected).to.deep.equal([
      {
        reason: 'more than three hours',
        count: 7,
        examples: ['line 127', 'line 874', 'line 1473', 'line 3601', 'line 5101'],
      },
    ])
    expect(report.matchRate)
      .to.equal(report.served / report.bookings)
      .and.be.within(0.9, 1)
    expect(report.pickUpVsOptimal).to.be.within(1, 1.005)
    expect(report.wait.p90).to.be.within(report.wait.p50, 601)
    expect(report.platformShare).to.be.closeTo((report.fees + report.gas) / report.fares, 1e-12)
    expect(report.gas).to.equal(report.served * report.gasModel.perTrip)
    const sum = (of: 'bookings' | 'served') =>
      report.hours.reduce((all: number, hour: Record<'bookings' | 'served', number>) => all + hour[of], 0)
    expect([sum('bookings'), sum('served')]).to.deep.equal([report.bookings, report.served])
    expect(report.hours.length).to.equal(24)
  })

  it('prints a table for a window, and writes a chart', async () => {
    const window = ['--from', '17:00', '--until', '2015-01-15T19:00', '--drivers', '90']
    const args = ['replay', 'rides', '--offline', ...window, '--report', 'evening.html']
    const { code, stdout } = await mesh(files.path('.'), ...args)
    expect(code).to.equal(0)
    expect(stdout)
      .to.match(/^17:00 +503 +\d+/m)
      .and.match(/^18:00 +602 +\d+/m)
    expect(stdout).to.include('gas model').and.include('7 rows left out')
    const page = readFileSync(files.path('evening.html'), 'utf8')
    expect(page)
      .to.include('<svg')
      .and.include('18:00: 602 booked')
      .and.not.include('pale')
      .and.not.include('NaN')
  })

  it('takes so much of the data with agents where no end is named, and the rest of it without', () => {
    const all = readTrips({})
    const [first] = all.bookings
    const some = readTrips({}, 1_200).bookings
    expect(some).to.deep.equal(all.bookings.filter(({ at }) => at < (first?.at ?? 0) + 1_200))
    expect(some.length).to.be.within(1, all.bookings.length - 1)
    const later = readTrips({ from: '13:00', until: '14:00' }, 1_200).bookings
    expect((later.at(-1)?.at ?? 0) - (later[0]?.at ?? 0)).to.be.above(1_200)
  })

  it('counts the rows that it cannot use, and names them', () => {
    const rows = [
      GOOD,
      '2015-01-15T08:00:00,soon,x,-73.99,40.72,-73.98,40.75',
      '2015-01-15T08:00:00,2015-01-15T08:10:00,x,0,0,-73.98,40.75',
      '2015-01-15T08:00:00,2015-01-15T08:10:00,x,-73.99,91,-73.98,40.75',
      '2015-01-15T08:00:00,2015-01-15T08:10:00,x,-73.99',
      '2015-01-15T08:00:00,2015-01-15T08:00:00,x,-73.99,40.72,-73.98,40.75',
      '2015-01-15T08:00:00,2015-01-15T08:00:20,x,-73.99,40.72,-73.98,40.75',
      '2015-01-15 07:00:00,2015-01-15 07:10:00,x,-73.99,40.72,-73.98,40.75,one,more',
    ]
    files.write('dirty.csv', [HEADER, ...rows].join('\n'))
    const { bookings, rejects } = readTrips({ data: files.path('dirty.csv'), drivers: 1 })
    expect(bookings.map(({ duration }) => duration)).to.deep.equal([600, 600])
    expect(
      bookings.map(({ at }) => (at % 86_400) / 3600),
      'by time',
    ).to.deep.equal([7, 8])
    expect(rejects.list()).to.deep.equal([
      { reason: 'a position that is none', count: 3, examples: ['line 4', 'line 5', 'line 6'] },
      { reason: 'a time that is none', count: 1, examples: ['line 3'] },
      { reason: 'drop-off not after pick-up', count: 1, examples: ['line 7'] },
      { reason: 'faster than 180 km/h', count: 1, examples: ['line 8'] },
    ])
  })

  const faulty: [string, object, string[]][] = [
    ['a column that is missing', { data: 'other.csv' }, ['other.csv, line 1, column dropoff_local']],
    ['no row that can be used', { data: 'bad.csv' }, ['No trip', '0 usable rows']],
    [
      'a window without trips',
      { from: '2015-02-01T01:00', until: '2015-02-01T02:00' },
      ['--from', '2015-01-15T23:59'],
    ],
    ['a window that ends before it begins', { from: '23:00', until: '22:00' }, ['--until', 'after --from']],
    ['a window after the last trip', { from: '2015-01-17T10:00' }, ['--from', 'at most 2015-01-15T23:5']],
    ['an hour that there is not', { from: '25:00' }, ['--from', '25:00']],
    ['a time that is none', { from: 'noon' }, ['--from', 'noon', '17:30']],
    ['a chart of another kind', { report: 'chart.png' }, ['--report', 'chart.png', '.svg']],
    ['a chart that cannot be written', { from: '04:00', until: '05:00', report: 'no/chart.svg' }, ['ENOENT']],
  ]
  for (const [what, options, parts] of faulty) {
    it(`says what is wrong with ${what}`, async () => {
      files.write('other.csv', 'pickup_local,b\n1,2\n')
      files.write('bad.csv', `${HEADER}\n1,2,3,4,5,6,7\n`)
      const paths = Object.entries(options)
        .filter(([name]) => name === 'data' || name === 'report')
        .map(([name, file]) => [name, files.path(file)])
      const given = { offline: true, drivers: 10, ...options, ...Object.fromEntries(paths) }
      const error = await replayRides(given).then(
        () => new Error('nothing was refused'),
        (reason: unknown) => reason,
      )
      expect(error).to.be.instanceOf(MeshError)
      for (const part of parts) expect((error as MeshError).message).to.include(part)
    })
  }
})
