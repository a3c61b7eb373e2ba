import { expect } from 'chai'
import { mesh } from '../cli/mesh.ts'
import { temporaryDirectory } from '../community/temporary-file.ts'

describe('mesh replay energy', function () {
  this.timeout(240_000)
  const files = temporaryDirectory()

  async function replay(...args: string[]) {
    const { code, stdout, stderr } = await mesh(files.path('.'), 'replay', 'energy', '--json', ...args)
    expect(code, stderr).to.equal(0)
    return JSON.parse(stdout)
  }

  it('comes to the key figures of the pure core, to the unit, with agents, prices and meters on a chain', async () => {
    const rows = [
      // Scarce, plenty, even, nobody sells, nobody buys; amounts that are no whole units.
      '100,601,50,301,400,700',
      '0,907,200,0,303,11',
      '0,511,257,0,254,0',
      '100,0,100,0,100,0',
      '0,500,0,400,0,1',
    ]
    const head = 'time,a_load_wh,a_pv_wh,b_load_wh,b_pv_wh,c_load_wh,c_pv_wh'
    const lines = rows.map((row, index) => `2026-06-01T12:${index * 10 || '00'}Z,${row}`)
    files.write('street.csv', [head, ...lines].join('\n'))
    const market = ['--data', 'street.csv', '--strategy', 'zero-intelligence', '--tariff', 'b=0.0123']
    const prices = ['--retail', '0.3217', '--feed-in', '0.0811']
    const live = await replay(...market, ...prices, '--processes', '2')
    expect(live.checks).to.deep.equal({
      pricesAgree: true,
      homesAgree: true,
      balancesAgree: true,
      receiptsAgree: true,
      metersAgree: true,
      moneyConserved: true,
    })
    const core = await replay(...market, ...prices, '--offline')
    const names = ['tradedWh', 'prices', 'savings', 'paid', 'received', 'fees', 'perHome'] as const
    for (const name of names) expect(live[name], name).to.deep.equal(core[name])
    expect(live.tradedWh).to.be.above(0)
    // Each home orders what it lacks or has left, whether or not there is somebody on the other side.
    expect(live.orders).to.equal(15)
    expect(live.gasUsed).to.be.above(0)
  })

  it('settles what homes ordered by a forecast as the pure core does, what sellers make good with it', async () => {
    const rows = Array.from({ length: 7 * 24 }, (_, index) => {
      const hour = index % 24
      const [day, time] = [`0${1 + Math.floor(index / 24)}`, String(hour).padStart(2, '0')]
      const sun = hour > 6 && hour < 18 ? 900 - 100 * (index % 7) : 0
      return `2026-06-${day}T${time}:00Z,${100 + 10 * hour},${100 + (index % 5) * 90},${sun}`
    })
    files.write('days.csv', ['time,roof_load_wh,cellar_load_wh,roof_pv_wh', ...rows].join('\n'))
    const market = ['--data', 'days.csv', '--forecast', 'federated', '--from', '154', '--slots', '4']
    const live = await replay(...market, '--processes', '2')
    expect(Object.values(live.checks)).to.deep.equal([true, true, true, true, true, true])
    const core = await replay(...market, '--offline')
    const names = [
      'tradedWh',
      'prices',
      'savings',
      'paid',
      'received',
      'fees',
      'perHome',
      'forecast',
    ] as const
    for (const name of names) expect(live[name], name).to.deep.equal(core[name])
    expect(live.tradedWh).to.be.above(0)
    // Forecasts are wrong, so somebody has less of it than who knows.
    expect(live.savings).to.be.below(live.possibleGain)
  })
})
