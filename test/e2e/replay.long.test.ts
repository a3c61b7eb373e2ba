import { expect } from 'chai'
import { type MeterReading, slotEnergy } from '../../agent/market/slot-energy.ts'
import { readCommunity } from '../../community/read-community.ts'
import { mesh } from '../cli/mesh.ts'
import { temporaryDirectory } from '../community/temporary-file.ts'

interface Report {
  slots: number
  homes: number
  trades: number
  tradedWh: number
  maxTradableWh: number
  totalLoadWh: number
  totalPvWh: number
  selfSufficiency: { alone: number; community: number }
  savings: number
  paid: number
  received: number
  fees: number
  gasPerTrade: number
  rounds: Record<string, number>
  checks: Record<string, boolean>
}

const sum = (values: number[]) => values.reduce((all, value) => all + value, 0)

/** What the meters alone say about slots. */
function facts(slots: MeterReading[][]) {
  const totals = slots.map((readings) => slotEnergy(readings))
  const load = sum(totals.map(({ loadWh }) => loadWh))
  const ownUse = sum(totals.map(({ ownUseWh }) => ownUseWh))
  const maxTradable = sum(totals.map(({ maxTradableWh }) => maxTradableWh))
  return { load, pv: sum(totals.map(({ pvWh }) => pvWh)), ownUse, maxTradable }
}

function expectSound(report: Report, { load, pv, ownUse, maxTradable }: ReturnType<typeof facts>): void {
  expect(report.maxTradableWh).to.equal(maxTradable)
  expect(report.tradedWh).to.equal(maxTradable)
  expect(report.totalLoadWh).to.equal(load)
  expect(report.totalPvWh).to.equal(pv)
  expect(report.selfSufficiency.alone).to.be.closeTo(ownUse / load, 1e-12)
  expect(report.selfSufficiency.community).to.be.closeTo((ownUse + maxTradable) / load, 1e-12)
  expect(report.paid).to.equal(report.received + report.fees)
  // 0.30 - 0.08 per kWh is 220 minor units per Wh.
  expect(report.savings).to.equal(maxTradable * 220 - report.fees)
  expect(report.gasPerTrade).to.be.greaterThan(50_000)
  expect(sum(Object.values(report.rounds))).to.equal(report.trades)
  expect(Object.values(report.checks).every(Boolean), JSON.stringify(report.checks)).to.equal(true)
}

describe('mesh replay energy --market bilateral', function () {
  this.timeout(240_000)
  const files = temporaryDirectory()

  it('trades all that can be traded between the homes of a CSV of one’s own', async () => {
    const slots = [
      // Two sellers for two buyers; one for many; many for one; nobody sells; nobody buys; all even.
      [
        [100, 600],
        [50, 300],
        [400, 0],
        [300, 10],
      ],
      [
        [0, 900],
        [200, 0],
        [300, 0],
        [250, 0],
      ],
      [
        [10, 210],
        [0, 150],
        [20, 170],
        [900, 0],
      ],
      [
        [100, 0],
        [100, 0],
        [100, 0],
        [100, 0],
      ],
      [
        [0, 500],
        [0, 400],
        [0, 300],
        [0, 0],
      ],
      [
        [77, 77],
        [1, 0],
        [0, 1],
        [33, 33],
      ],
    ]
    const names = ['north', 'east', 'south', 'west']
    const head = ['time', ...names.flatMap((name) => [`${name}_load_wh`, `${name}_pv_wh`])]
    const lines = slots.map((homes, index) =>
      [`2021-06-01T12:${index * 10 || '00'}Z`, ...homes.flat()].join(','),
    )
    files.write('street.csv', [head.join(','), ...lines].join('\n'))

    const args = [
      '--market',
      'bilateral',
      '--data',
      'street.csv',
      '--slots',
      '6',
      '--processes',
      '2',
      '--json',
    ]
    const { code, stdout, stderr } = await mesh(files.path('.'), 'replay', 'energy', ...args)
    expect(code, stderr).to.equal(0)
    const report = JSON.parse(stdout) as Report
    expect(report).to.include({ slots: 6, homes: 4 })
    expectSound(
      report,
      facts(slots.map((homes) => homes.map(([loadWh = 0, pvWh = 0]) => ({ loadWh, pvWh })))),
    )
  })

  it('trades all that can be traded in some slots of the shipped community, some of it in two rounds', async () => {
    const args = ['--market', 'bilateral', '--from', '44', '--slots', '2', '--json']
    const { code, stdout, stderr } = await mesh(files.path('.'), 'replay', 'energy', ...args)
    expect(code, stderr).to.equal(0)
    const report = JSON.parse(stdout) as Report
    expect(report).to.include({ slots: 2, homes: 16 })
    const { slots } = readCommunity()
    expectSound(report, facts(slots.slice(44, 46).map(({ readings }) => readings)))
    const rounds = Object.entries(report.rounds).filter(([offers]) => Number(offers) >= 2)
    expect(sum(rounds.map(([, trades]) => trades))).to.be.greaterThan(0)
  })
})
