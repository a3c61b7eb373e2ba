import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import { MeshNetwork } from '../../agent/index.ts'
import { startIndexer } from '../../indexer/index.ts'
import { until } from '../agent/support/until.ts'
import { type Anvil, startAnvil } from './support/anvil.ts'
import { Market } from './support/market.ts'
import { emptyDatabase } from './support/postgres.ts'
import { type Scrape, scrape } from './support/scrape.ts'

interface Panel {
  id: number
  type: string
  title: string
  targets?: { expr: string }[]
}

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')
const dashboard = JSON.parse(read('ops/grafana/mesh.json')) as { panels: Panel[] }
const alerts = read('ops/prometheus/alerts.yml')
const handbook = read('docs/operations.md')
const panels = dashboard.panels.filter(({ type }) => type !== 'row')
const alertNames = [...alerts.matchAll(/- alert: (\w+)/g)].map(([, name = '']) => name)
const expressions = [
  ...panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr)),
  ...[...alerts.matchAll(/^ +expr: (.+)$/gm)].map(([, expr = '']) => expr),
]

/** Prometheus adds them to what it scrapes. */
const ADDED_LABELS = ['instance', 'job']

describe('dashboard and alerts', function () {
  this.timeout(60_000)
  let anvil: Anvil
  let figures: Scrape

  before(async () => {
    await using resources = new AsyncDisposableStack()
    anvil = await startAnvil()
    const { network } = await Market.deploy(anvil.rpcUrl)
    const gateway = new MeshNetwork({ network, domains: ['energy'], directory: false })
    resources.defer(() => gateway.disconnect())
    await gateway.connect()
    const indexer = await startIndexer({
      ...{ network, gateway, pollInterval: 20, metrics: { port: 0 } },
      database: await emptyDatabase(),
    })
    resources.defer(() => indexer.stop())
    await fetch(`${indexer.url}/v1/trades`)
    figures = await until(async () => {
      const now = await scrape(indexer.metricsUrl)
      return now.names.has('mesh_http_requests_total') && now.value('mesh_index_lag_blocks') === 0 && now
    })
  })
  after(() => anvil?.stop())

  it('ask for nothing that a running index does not tell, by no label that it has not', () => {
    expect(expressions).to.have.length.greaterThan(30)
    for (const expr of expressions) {
      const asked = [...expr.matchAll(/\b((?:mesh|process|nodejs)_\w+)(?:\{([^}]*)\})?/g)]
      expect(asked.length > 0 || expr.startsWith('up{'), expr).to.equal(true)
      for (const [, name = '', selectors = ''] of asked) {
        expect(figures.names, expr).to.include(name)
        const labels = [...selectors.matchAll(/(\w+)\s*(?:=~|!~|!=|=)/g)].map(([, label = '']) => label)
        const told = Object.keys(figures.all(name)).join()
        for (const label of labels.filter((each) => !ADDED_LABELS.includes(each))) {
          expect(told, expr).to.match(new RegExp(`\\b${label}="`))
        }
      }
    }
  })

  it('have panels that can be told apart, and alerts that the handbook explains', () => {
    const ids = dashboard.panels.map(({ id }) => id)
    expect(new Set(ids).size).to.equal(ids.length)
    for (const { title, targets = [] } of panels) expect(targets, title).not.to.deep.equal([])
    expect(alertNames).to.have.length.greaterThan(10)
    for (const name of alertNames) expect(handbook).to.match(new RegExp(`\\| \`${name}\` \\|`))
    const explained = [...handbook.matchAll(/\| `(Mesh\w+)` \|/g)].map(([, name]) => name)
    expect(explained).to.deep.equal(alertNames)
  })

  it('leave no metric of the market untold in the handbook', () => {
    const own = [...figures.names].filter((name) => name.startsWith('mesh_'))
    const base = new Set(own.map((name) => name.replace(/_(bucket|sum|count)$/, '')))
    for (const name of base) expect(handbook, name).to.include(`\`${name}\``)
  })
})
