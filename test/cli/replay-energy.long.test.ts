import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import type { Reject } from '../../agent/index.ts'
import { replayOffline } from '../../cli/replay/energy/offline.ts'
import { MeshError } from '../../protocol/errors.ts'
import { temporaryDirectory } from '../community/temporary-file.ts'
import { mesh } from './mesh.ts'

const vector = new URL('../vectors/energy_invariants.json', import.meta.url)
const [hamlet] = JSON.parse(readFileSync(vector, 'utf8')).cases
const prices = new URL('../vectors/aemo_nsw1_2025-01_5min_price_demand.csv', import.meta.url).pathname

/** What is said where homes learn, which takes a while. */
const LEARNING = [
  'Learning to forecast, from what was measured before',
  'Running the same market by each other kind of forecast',
  '',
].join('\n')

describe('mesh replay energy --offline', function () {
  this.timeout(60_000)
  const files = temporaryDirectory()

  async function replay(...args: string[]) {
    const { code, stdout, stderr } = await mesh(
      files.path('.'),
      ...['replay', 'energy', '--offline', '--json', ...args],
    )
    expect(stderr.replace(/^slot \d+ of .*\n/gm, '')).to.equal(args.includes('--forecast') ? LEARNING : '')
    expect(code).to.equal(0)
    return JSON.parse(stdout)
  }

  it('replays the whole community to the figures that any market without fees has to reach', async () => {
    const report = await replay()
    const figures = {
      slots: report.slots,
      homes: report.homes,
      total_load_wh: report.totalLoadWh,
      total_pv_wh: report.totalPvWh,
      own_use_wh: report.ownUseWh,
      sum_surplus_wh: report.surplusWh,
      sum_deficit_wh: report.deficitWh,
      max_tradable_wh: report.tradedWh,
      slots_with_trade: report.slotsWithTrade,
      self_sufficiency_alone: toSixPlaces(report.selfSufficiency.alone),
      self_sufficiency_community: toSixPlaces(report.selfSufficiency.community),
      self_consumption_alone: toSixPlaces(report.selfConsumption.alone),
      self_consumption_community: toSixPlaces(report.selfConsumption.community),
      peak_import_slot_wh_alone: report.peakImportWh.alone,
      peak_import_slot_wh_community: report.peakImportWh.community,
      community_gain: report.savings / 1e6,
    }
    expect(hamlet).to.deep.include(figures)
    // The vector has money to four decimals.
    expect(Math.round(report.billAlone / 100) / 1e4).to.equal(hamlet.net_bill_alone)
    expect(Math.round(report.billWithMarket / 100) / 1e4).to.equal(hamlet.net_bill_community)
    expect(report).to.include({ paid: report.received, fees: 0, welfareShare: 1, gain: report.possibleGain })
    expect(report.fairness).to.deep.equal({ worseOff: 0, loss: 0, worst: 0 })
    expect(report.prices).to.have.length(hamlet.slots_with_trade)
  })

  it('replays a window of hours, and writes a chart', async () => {
    const report = await replay(
      '--slot-length',
      '60',
      '--from',
      '10',
      '--slots',
      '4',
      '--report',
      'noon.html',
    )
    expect(report).to.include({ slots: 4, from: 10, slotMinutes: 60, start: '2021-03-08T10:00Z' })
    const quarters = await replay('--from', '40', '--slots', '16')
    expect([report.totalLoadWh, report.totalPvWh]).to.deep.equal([quarters.totalLoadWh, quarters.totalPvWh])
    const page = readFileSync(files.path('noon.html'), 'utf8')
    expect(page).to.include('<svg').and.include('self-sufficiency').and.not.include('NaN')
    expect(page).to.include('a bar is a slot').and.include('hh_2012_3')
  })

  it('lets a home have a strategy of its own, and a battery', async () => {
    files.write(
      'mine.ts',
      `import type { SlotStrategy } from '@mesh/sdk'
       const nothing: SlotStrategy = () => ({})
       export default nothing`,
    )
    const args = ['--slots', '60', '--strategy', 'zero-intelligence', '--strategy', 'hh_2012_3=./mine.ts']
    const battery = ['--battery', 'hh_2455_0=4000:2000', '--strategy', 'hh_2455_0=inventory']
    const report = await replay(...args, ...battery)
    expect(report.perHome.map(({ strategy }: { strategy: string }) => strategy).slice(0, 4)).to.deep.equal([
      './mine.ts',
      'zero-intelligence',
      'inventory',
      'zero-intelligence',
    ])
    expect(report.perHome[0]).to.include({ soldWh: 0, boughtWh: 0, savings: 0 })
    expect(report.perHome[1].boughtWh).to.be.above(0)
    expect(report.perHome[2].storedWh).to.be.within(1, 4000)
    expect(await replay(...args, ...battery), 'the same once more').to.deep.equal(report)
    const other = await replay(...args, ...battery, '--seed', '2')
    expect(other.prices).to.not.deep.equal(report.prices)
  })

  for (const args of [['inventory'], ['arbitrage'], ['arbitrage', '--prices', prices]]) {
    const [strategy, wholesale = ''] = args
    it(
      `leaves no home worse off by ${strategy} than the same battery does alone ${wholesale}`.trim(),
      async () => {
        const { fairness, savings } = await replay('--battery', '5000:2500', '--strategy', ...args)
        expect(fairness).to.deep.equal({ worseOff: 0, loss: 0, worst: 0 })
        expect(savings).to.be.above(100_000_000)
      },
    )
  }

  it('takes prices from below zero to 17,500 a MWh for each slot', async () => {
    const report = await replay('--prices', prices, '--slot-length', '5', '--grid-fee', '0.01')
    expect(report.slots).to.equal(6048)
    expect(report.paid).to.equal(report.received + report.fees)
    expect(report.fairness).to.deep.equal({ worseOff: 0, loss: 0, worst: 0 })
    expect(report.tradedWh).to.equal(report.maxTradableWh)
    expect(report.gain / report.possibleGain).to.be.closeTo(1, 1e-6)
    const traded = report.prices.map(({ price }: { price: number }) => price)
    expect(Math.min(...traded)).to.be.below(0)
    const sum = report.perHome.reduce((all: number, home: { savings: number }) => all + home.savings, 0)
    expect(sum).to.equal(report.savings)
  })

  it('counts rows that it cannot use, and names them', async () => {
    const row = (time: string, values: string) => `2021-03-08T${time}Z,${values}`
    const rows = [
      row('10:00', '100,400,250'),
      row('10:15', '100,,250'),
      row('10:30', '100,400,-1'),
      'soon,100,400,250',
      row('10:47', '100,400,250'),
      row('11:00', '100,400,250'),
      row('11:00', '100,400,250'),
      row('10:45', '100,400,250'),
      row('11:15', '100,400'),
      row('11:30', '100,400,250'),
      row('11:45', '100,400,250'),
      row('12:00', '100,400,250'),
    ]
    files.write('dirty.csv', ['time,a_load_wh,a_pv_wh,b_load_wh', ...rows].join('\n'))
    const report = await replay('--data', 'dirty.csv')
    expect(report).to.include({ slots: 6, slotMinutes: 15, tradedWh: 1500 })
    expect(report.rejected).to.deep.equal([
      {
        reason: 'A reading cannot be used.',
        count: 3,
        examples: ['line 3, column a_pv_wh', 'line 4, column b_load_wh', 'line 10, column b_load_wh'],
      },
      { reason: 'A time cannot be read.', count: 1, examples: ['line 5, column time'] },
      { reason: 'A time that is not in step with slots of 15 minutes.', count: 1, examples: ['line 6'] },
      { reason: 'A time that another row has.', count: 1, examples: ['line 8'] },
    ])
  })

  it('takes the length of a slot from all times, and notes what it did not take as it stands', async () => {
    // Of every other quarter the values cannot be used: what is left steps by half an hour.
    const rows = [
      '10:00,1,2',
      '10:15,,2',
      '10:30,60.5,2',
      '10:45,,2',
      '11:00,1,2,9',
      '12:00,1,2',
      '12:15,,2',
      '12:30,1,2,',
    ]
    files.write('holes.csv', `time,a_load_wh,b_load_wh\n${rows.map((row) => `2021-03-08T${row}`).join('\n')}`)
    const report = await replay('--data', 'holes.csv')
    expect(report).to.include({ slots: 4, slotMinutes: 15 })
    expect(report.rejected.map(({ reason, count }: Reject) => [reason, count])).to.deep.equal([
      ['A reading cannot be used.', 3],
      ['A row has more cells than the header.', 1],
    ])
    expect(report.noted).to.deep.equal([
      { reason: 'Parts of a Wh are rounded, half to even.', count: 1, examples: ['line 4'] },
      { reason: 'Before it, slots of 15 minutes are missing.', count: 1, examples: ['line 7: 3'] },
    ])
    const { stdout } = await mesh(files.path('.'), ...'replay energy --offline --data holes.csv'.split(' '))
    expect(stdout).to.include('1 row to look at: Before it, slots of 15 minutes are missing. (line 7: 3)')
  })

  it('puts a home of its own among the neighbours that ship, and sells its surplus', async () => {
    const rows = ['10:00,100,400', '10:15,100,400', '10:30,500,0'].map((row) => `2026-06-01T${row}`)
    files.write('mine.csv', ['time,mine_load_wh,mine_pv_wh', ...rows].join('\n'))
    const report = await replay('--data', 'mine.csv', '--neighbours', '--report', 'mine.html')
    const page = readFileSync(files.path('mine.html'), 'utf8')
    expect(page).to.match(
      /<tr style="font-weight: bold"><td align="left">mine<[\s\S]*<td align="left">all homes</,
    )
    expect(report).to.include({ homes: 17, slots: 3, totalPvWh: report.ownUseWh + report.surplusWh })
    expect(report.perHome[0].home).to.equal('mine')
    expect(report.perHome[0].soldWh).to.be.within(1, 600)
    expect(report.perHome[0].savings).to.be.above(0)
  })

  describe('--forecast', () => {
    /** Eight days of two homes by the hour, one of which generates: few, so that they are learnt quickly. */
    const street = () => {
      const rows = Array.from({ length: 8 * 24 }, (_, index) => {
        const hour = index % 24
        const [day, time] = [`0${1 + Math.floor(index / 24)}`, String(hour).padStart(2, '0')]
        const sun = hour > 6 && hour < 18 ? 900 - 40 * (index % 7) : 0
        return `2026-06-${day}T${time}:00Z,${200 + 20 * hour},${100 + (index % 5) * 90},${sun}`
      })
      files.write('days.csv', ['time,roof_load_wh,cellar_load_wh,roof_pv_wh', ...rows].join('\n'))
      return ['--data', 'days.csv']
    }

    it('has homes order by what they expect, settles by what was measured, and compares the kinds', async () => {
      const report = await replay(...street(), '--forecast', 'federated')
      expect(report).to.include({ slots: 48, from: 144, start: '2026-06-07T00:00Z' })
      const { markets, gains, ...rest } = report.forecast
      expect(rest).to.deep.equal({ kind: 'federated', horizon: 2, learntFrom: 144 })
      expect(markets.map(({ base }: { base: string }) => base)).to.deep.equal([
        'none',
        'local',
        'federated',
        'known',
      ])
      const [none, local, federated, known] = markets
      expect(federated).to.include({ tradedWh: report.tradedWh, savings: report.savings })
      // Who knows trades all that can be, and nothing is made good.
      expect(known).to.include({ maeWh: 0, tradedWh: report.maxTradableWh, savings: report.possibleGain })
      for (const market of [none, local, federated]) {
        expect(market.maeWh).to.be.above(0)
        expect(market.savings).to.be.below(known.savings)
        const sum = (values: number[]) => values.reduce((all, value) => all + value, 0)
        expect(sum(market.homes)).to.equal(market.savings)
        // A bill is rounded once: of a day by itself, too.
        expect(sum(market.days)).to.be.closeTo(market.savings, 2 * 2 * 2)
      }
      expect(gains.map(({ over }: { over: string }) => over)).to.deep.equal(['none', 'local'])
      expect(gains[0].total).to.equal(federated.savings - none.savings)
      expect(gains[1].total).to.equal(federated.savings - local.savings)
      expect(gains[1].homes.mean * 2).to.be.closeTo(gains[1].total, 1e-6)
      expect(report.perHome.map(({ strategy }: { strategy: string }) => strategy)).to.deep.equal([
        'hedged',
        'hedged',
      ])
    })

    it('is the same for the same seed, with any strategy, and from where it is told', async () => {
      const args = [
        ...street(),
        '--forecast',
        'local',
        '--strategy',
        'truthful',
        '--from',
        '150',
        '--slots',
        '10',
      ]
      const report = await replay(...args)
      expect(report).to.include({ slots: 10, from: 150 })
      expect(report.forecast.learntFrom).to.equal(150)
      expect(await replay(...args)).to.deep.equal(report)
    })

    it('says what it was worth', async () => {
      const args = ['replay', 'energy', '--offline', ...street(), '--forecast', 'none']
      const { stdout } = await mesh(files.path('.'), ...args)
      expect(stdout).to.match(/^none \* +no forecast/m)
      expect(stdout).to.match(/^federated over no forecast +[+-]?\d+\.\d{4}, -?\d+\.\d% of the bills; /m)
      expect(stdout).to.match(/^federated over own model +[+-]?\d+\.\d{4}, /m)
    })

    it('needs days to learn from, and homes without a battery', async () => {
      const { code, stderr } = await mesh(
        files.path('.'),
        ...['replay', 'energy', '--offline', ...street(), '--forecast', 'local', '--from', '100'],
      )
      expect(code).to.equal(1)
      expect(stderr).to.contain('too few days').and.contain('6 days before')
      const battery = ['--battery', '5000:2500', '--forecast', 'local']
      const refused = await mesh(files.path('.'), 'replay', 'energy', '--offline', ...street(), ...battery)
      expect(refused.code).to.equal(2)
      expect(refused.stderr).to.contain('--battery')
    })
  })

  it('leaves options that are for it alone to it', async () => {
    const { code, stderr } = await mesh(files.path('.'), 'replay', 'energy', '--mechanism', 'huang')
    expect(stderr).to.include("'--mechanism <name>' needs --offline")
    expect(code).to.not.equal(0)
  })

  const faulty: [string, object, string[]][] = [
    ['a mechanism that homes cannot use', { mechanism: 'mcafee' }, ['--mechanism', 'huang', 'mcafee']],
    ['a rule for prices that there is not', { priceRule: 'x' }, ['--price-rule', 'marginal-pair']],
    ['a length that data cannot have', { slotLength: '7' }, ['15 minutes', '7 minutes']],
    ['a home that there is not', { battery: ['x=1:1'] }, ['--battery', 'hh_2012_3', 'Received: x']],
    ['a battery', { battery: ['5 kWh'] }, ['--battery', '5000:2500:90', '5 kWh']],
    ['a battery that gives more than it takes', { battery: ['5000:2500:101'] }, ['efficiency', '101']],
    ['a strategy', { strategy: ['greedy'] }, ['--strategy', 'zero-intelligence', 'greedy']],
    ['a file that is not there', { strategy: ['./no.ts'] }, ['./no.ts', 'Cannot find module']],
    ['a file without an export', { strategy: ['FILE'] }, ['other.ts', 'no default export', 'answer']],
    [
      'a plan beyond what a home has',
      { strategy: ['GREEDY'] },
      ['home hh_2012_3 (', 'greedy.ts), slot of 2021-03-08T00:00Z', 'quantity', '1000000'],
    ],
    [
      'a strategy that throws',
      { strategy: ['hh_2455_0=THROWS'] },
      [
        'home hh_2455_0 (',
        'throws.ts), slot of 2021-03-08T00:00Z',
        "reading 'price'",
        '(throws.ts:1:',
        'Remedy',
      ],
    ],
    [
      'prices that end too soon',
      { prices: 'PRICES', slots: 3 },
      [
        'short.csv',
        'at 2025-01-01T00:15Z, for the slot of 2021-03-08T00:15Z; for all 3 slots, prices from 2025-01-01T00:00Z to 2025-01-01T00:45Z',
        'Received: prices from 2025-01-01T00:00Z to 2025-01-01T00:05Z',
      ],
    ],
    [
      'a file without any usable row',
      { data: 'NONE', neighbours: true },
      [
        'none.csv, line 2',
        'No row can be used',
        '2 of 3 rows: A reading',
        'line 3, column a_load_wh',
        '1 of 3 rows: A time',
      ],
    ],
    ['one home without neighbours', { data: 'NONE' }, ['--neighbours', 'Received: 1']],
    ['neighbours of nobody', { neighbours: true }, ['--data', '--neighbours alone']],
    [
      'readings of which none can be used',
      { data: 'DIRTY' },
      ['dirty.csv', '1 of 2 rows', 'line 2, column a_load_wh'],
    ],
    ['prices without their unit', { prices: 'UNIT' }, ['unit.csv', 'price_per_kwh']],
  ]
  for (const [what, options, parts] of faulty) {
    it(`says what is wrong with ${what}`, async () => {
      const paths: Record<string, string> = {
        FILE: files.write('other.ts', 'export const answer = 42\n'),
        GREEDY: files.write(
          'greedy.ts',
          "export default () => ({ order: { side: 'sell', steps: [{ price: 1n, quantity: 1000000n }] } })\n",
        ),
        THROWS: files.write('throws.ts', 'export default ({ past }) => ({ gridWh: past[0].price })\n'),
        PRICES: files.write('short.csv', 'start,price_per_kwh\n2025-01-01T00:00,0.1\n'),
        NONE: files.write('none.csv', 'time,a_load_wh\n2021-03-08T10:00,x\n2021-03-08T10:15,-1\nsoon,1\n'),
        DIRTY: files.write('dirty.csv', 'time,a_load_wh,b_load_wh\n2021-03-08T00:00Z,1e308,1\nnow,1,NaN\n'),
        UNIT: files.write('unit.csv', 'start,price\n2025-01-01T00:00,0.1\n'),
      }
      const given = Object.fromEntries(
        Object.entries(options).map(([name, value]) => [
          name,
          Array.isArray(value)
            ? value.map((each: string) => each.replace(/[A-Z]{2,}$/, (key) => paths[key] ?? key))
            : (paths[value] ?? value),
        ]),
      )
      const error = await replayOffline({ from: 0, ...given }).then(
        () => new Error('nothing was refused'),
        (reason: unknown) => reason,
      )
      expect(error).to.be.instanceOf(MeshError)
      for (const part of parts) expect((error as MeshError).message).to.include(part)
    })
  }
})

function toSixPlaces(value: number): number {
  return Math.round(value * 1e6) / 1e6
}
