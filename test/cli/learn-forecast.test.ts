import { writeFileSync } from 'node:fs'
import { expect } from 'chai'
import { forecastHomes } from '../../cli/learn/forecast.ts'
import { ConfigError } from '../../protocol/errors.ts'
import { temporaryDirectory } from '../community/temporary-file.ts'
import { mesh } from './mesh.ts'

const METHODS = ['last', 'yesterday', 'own', 'federated', 'tuned']

describe('mesh learn forecast', function () {
  this.timeout(120_000)
  const files = temporaryDirectory()
  const run = (...args: string[]) => mesh(files.path('.'), 'learn', 'forecast', ...args)
  /** Nine days of two homes by the hour, one of which generates: few, so that they are learnt quickly. */
  const street = () => {
    const file = files.path('street.csv')
    const rows = Array.from({ length: 9 * 24 }, (_, index) => {
      const hour = index % 24
      const [day, time] = [String(1 + Math.floor(index / 24)).padStart(2, '0'), String(hour).padStart(2, '0')]
      const sun = hour > 6 && hour < 18 ? 400 - 10 * (index % 7) : 0
      return `2026-06-${day}T${time}:00Z,${200 + 20 * hour},${100 + (index % 5) * 30},${sun}`
    })
    writeFileSync(file, ['time,roof_load_wh,cellar_load_wh,roof_pv_wh', ...rows].join('\n'))
    return file
  }

  it('prints a table for load and one for generation, by home and on average', async () => {
    const { code, stdout, stderr } = await run('--data', street())
    expect(stderr).to.equal('')
    expect(code).to.equal(0)
    expect(stdout).to.match(
      /^street\.csv: slots of 60 minutes, each forecast from what is known 2 before; fedavg, seed 1\n/,
    )
    expect(stdout).to.contain('learnt from 6 days, tested on 3 days from 2026-06-07T00:00Z')
    const lines = stdout.split('\n').map((line) => line.trim().split(/ {2,}/))
    const heads = lines.filter(([, ...names]) => names.join() === METHODS.join()).map(([name]) => name)
    expect(heads).to.deep.equal(['load', 'generation'])
    expect(lines.filter(([name]) => name === 'roof')).to.have.length(2)
    expect(lines.filter(([name]) => name === 'cellar')).to.have.length(1)
    for (const [name, ...cells] of lines.filter(([first]) =>
      ['roof', 'mean', 'RMSE, mean'].includes(first ?? ''),
    )) {
      expect(cells.length, name).to.equal(METHODS.length)
      for (const cell of cells) expect(Number(cell), `${name}: ${cell}`).to.be.at.least(0)
    }
  })

  it('prints the last day of one home, hour by hour', async () => {
    const { stdout } = await run('--data', street(), '--home', 'roof')
    const bars = stdout.split('\n').filter((line) => /[▁-█]{24}$/.test(line))
    const names = ['measured', ...METHODS]
    expect(bars.map((line) => line.split(' ')[0])).to.deep.equal([...names, ...names])
    expect(stdout).not.to.contain('cellar')
  })

  it('prints JSON, the same for the same seed', async () => {
    const args = ['--data', street(), '--held-out', '2', '--rule', 'median', '--seed', '7', '--json']
    const [first, second] = [await run(...args), await run(...args)]
    expect(first.stdout).to.equal(second.stdout)
    const { load, pv, ...settings } = JSON.parse(first.stdout)
    expect(settings).to.include({ rule: 'median', seed: 7, horizon: 2, trainingSlots: 168, heldOutSlots: 48 })
    expect(load.homes.map(({ home }: { home: string }) => home)).to.deep.equal(['roof', 'cellar'])
    expect(pv.homes.map(({ home }: { home: string }) => home)).to.deep.equal(['roof'])
    const maes: number[] = load.homes.map(
      (home: { errors: { tuned: { mae: number } } }) => home.errors.tuned.mae,
    )
    expect(load.mean.tuned.mae.mean).to.be.closeTo(
      maes.reduce((sum, mae) => sum + mae / 2, 0),
      1e-9,
    )
  })

  it('refuses what it cannot use', () => {
    const options = { from: 0, rule: 'fedavg', seed: 1 }
    const refused = (more: object) =>
      expect(() => forecastHomes({ ...options, ...more })).to.throw(ConfigError)
    refused({ home: 'nobody' }).with.property('code', 'HOME_UNKNOWN')
    refused({ heldOut: 20 }).with.property('code', 'DAYS_MISSING')
    refused({ slots: 96 }).with.property('code', 'DAYS_MISSING')
    refused({ rule: 'kurm' }).with.property('code', 'RULE_UNKNOWN')
  })
})
