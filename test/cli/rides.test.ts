import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import { match as matchFile } from '../../cli/rides/match.ts'
import { route as findRoute } from '../../cli/rides/route.ts'
import { MeshError } from '../../protocol/errors.ts'
import { temporaryDirectory } from '../community/temporary-file.ts'
import { mesh } from './mesh.ts'

describe('mesh rides match', function () {
  this.timeout(60_000)
  const files = temporaryDirectory()
  const match = (content: unknown, ...args: string[]) => {
    files.write('batch.json', JSON.stringify(content))
    return mesh(files.path('.'), 'rides', 'match', 'batch.json', ...args)
  }
  const { cases, infeasible } = JSON.parse(
    readFileSync(new URL('../vectors/assignment.json', import.meta.url), 'utf8'),
  )

  for (const method of ['auction', 'optimal']) {
    it(`prints the published totals by ${method}, and who is left over`, async () => {
      for (const { cost, expected, total } of cases.slice(2)) {
        const result = JSON.parse((await match({ cost }, '--method', method, '--json')).stdout)
        expect(result).to.include({ method, total, matched: 3, shareOfOptimum: 1 })
        expect(result.pairs.map((pair: { cost: number }) => pair.cost)).to.deep.equal(expected)
      }
      const { code, stdout } = await match({ cost: infeasible[0] }, '--method', method, '--json')
      expect(JSON.parse(stdout)).to.deep.include({ matched: 2, total: 2 })
      expect(JSON.parse(stdout).unmatchedRiders.length).to.equal(1)
      expect(JSON.parse(stdout).unmatchedDrivers.length).to.equal(1)
      expect(code).to.equal(0)
    })
  }

  it('measures positions, and holds greed against the least that is possible', async () => {
    const line = {
      riders: [
        [0, 0],
        [0.001, 0],
      ],
      drivers: [
        [0.0011, 0],
        [-0.003, 0],
        [0.0004, 0],
      ],
    }
    const { stdout } = await match(line, '--method', 'greedy')
    expect(stdout).to.include('2 riders, 3 drivers, matched by greedy')
    expect(stdout).to.match(/^ +0 +2 +44\.5$/m)
    expect(stdout).to.include('100.0% of the least')
    expect(stdout).to.include('without a rider: 1')
    const dear = JSON.parse(
      (
        await match(
          {
            cost: [
              [1, 2.5],
              [1, 10],
            ],
          },
          '--method',
          'greedy',
          '--json',
        )
      ).stdout,
    )
    expect(dear).to.deep.include({ total: 11, optimum: { matched: 2, total: 3.5 }, shareOfOptimum: 11 / 3.5 })
  })

  const faulty: [string, unknown, string[]][] = [
    ['a cost that is none', { cost: [[1, 'x']] }, ['cost.0.1', '"x"', 'Remedy']],
    ['rows of different lengths', { cost: [[1, 2], [3]] }, ['cost[1]', '2 costs']],
    ['a position that is none', { riders: [[4]], drivers: [] }, ['riders.0', 'Remedy']],
    ['a latitude beyond the pole', { riders: [[4, 99]], drivers: [] }, ['riders.0.1', '90']],
    [
      'more pairs than fit',
      { riders: Array(4001).fill([4, 52]), drivers: Array(4000).fill([4, 52]) },
      ['16000000', 'area by area'],
    ],
    ['costs that are more than fit', { cost: Array(4001).fill(Array(4000).fill(1)) }, ['cost', '16000000']],
    ['riders without drivers', { riders: [[4, 52]] }, ['either riders and drivers, or cost']],
  ]
  for (const [what, content, parts] of faulty) {
    it(`names the place of ${what}`, async () => {
      files.write('faulty.json', JSON.stringify(content))
      const message = await messageOf(() => matchFile(files.path('faulty.json'), { method: 'auction' }))
      for (const part of parts) expect(message).to.include(part)
    })
  }

  it('says so of lists within lists, however deep', async () => {
    files.write('deep.json', '['.repeat(20_000) + ']'.repeat(20_000))
    const message = await messageOf(() => matchFile(files.path('deep.json'), { method: 'auction' }))
    expect(message).to.include('deep.json').and.include('too deep to show').and.include('Remedy')
  })
})

describe('mesh rides route', function () {
  this.timeout(60_000)
  const files = temporaryDirectory()
  const route = (...args: string[]) => mesh(files.path('.'), 'rides', 'route', ...args)

  it('prints distance, time and junctions of the shipped graph', async () => {
    const { from_osm, to_osm, dijkstra_m } = JSON.parse(
      readFileSync(new URL('../vectors/road_paths.json', import.meta.url), 'utf8'),
    ).cases[0]
    const result = JSON.parse((await route(from_osm, to_osm, '--json')).stdout)
    expect(result.distance).to.be.closeTo(dijkstra_m, 0.006)
    expect(result.nodes.at(0)).to.equal(from_osm)
    expect(result.nodes.at(-1)).to.equal(to_osm)
    expect(result.rejected).to.deep.equal([])
    const { stdout } = await route('4.3902,52.0462', '4.4024,52.0524', '--by', 'time')
    expect(stdout).to.match(/^[\d,]+ m in \d+\.\d min\n\d+ junctions: 45008896 .* 45035529\n$/)
  })

  const xml = `<?xml version="1.0"?><osm version="0.6">
    <node id="1" lon="-73.98" lat="40.69"/><node id="2" lon="-73.979" lat="40.69"/><node id="3" lat="40.69"/>
    <way id="9"><nd ref="1"/><nd ref="2"/><tag k="highway" v="residential"/><tag k="oneway" v="yes"/></way>
    <relation id="5"><tag k="highway" v="none"/></relation></osm>`
  const overpass = {
    elements: [
      { type: 'node', id: 1, lon: -73.98, lat: 40.69 },
      { type: 'node', id: 2, lon: -73.979, lat: 40.69 },
      { type: 'node', id: 3, lat: 40.69 },
      7,
      { type: 'way', id: 8, nodes: 'all', tags: { highway: 'constructor' } },
      { type: 'way', id: 9, nodes: [1, 2], tags: { highway: 'residential', oneway: 'yes' } },
    ],
  }
  const missing = '1 time node without a position (node 3)'
  for (const [name, content, faults] of [
    ['roads.osm', xml, [missing]],
    ['roads.json', JSON.stringify(overpass), ['1 time element without type and id (elements[3])', missing]],
  ] as const) {
    it(`reads one's own roads from ${name}, and names what of them it leaves out`, async () => {
      files.write(name, content)
      const { stdout, stderr } = await route('-73.98,40.69', '-73.979,40.69', '--graph', name)
      expect(stdout).to.equal('84 m in 0.2 min\n2 junctions: 1 2\n')
      expect(stderr).to.equal(faults.map((fault) => `${name}: ${fault}\n`).join(''))
      const back = await messageOf(() => findRoute('2', '1', { by: 'length', graph: files.path(name) }))
      expect(back).to.include('No roads lead there').and.include('one-way')
    })
  }

  const faulty: [string, string[], string[]][] = [
    ['a point at sea', ['4.3902,52.0462', '3.5,52.5'], ['too far from any road', 'Field: to', '500 m']],
    ['latitude before longitude', ['52.0462,4.3902', '4.4,52'], ['Field: from', 'Longitude comes first']],
    ['a junction that is not there', ['45008896', '12'], ['Field: to', 'Received: 12', 'Remedy']],
    ['a file without roads', ['1', '2', 'empty.json'], ['empty.json', 'no road', 'Overpass']],
    ['a file of something else', ['1', '2', 'other.json'], ['other.json', 'members riders']],
    ['a file that was cut off', ['1', '2', 'cut.osm'], ['cut.osm', 'no well-formed XML']],
  ]
  for (const [what, [from = '', to = '', graph], parts] of faulty) {
    it(`says what is wrong with ${what}`, async () => {
      files.write('empty.json', '{"elements": []}')
      files.write('other.json', '{"riders": []}')
      files.write('cut.osm', xml.slice(0, 200))
      const options = { by: 'length' as const, ...(graph && { graph: files.path(graph) }) }
      const message = await messageOf(() => findRoute(from, to, options))
      for (const part of parts) expect(message).to.include(part)
    })
  }

  it('tells of a fault on stderr alone, without a stack, with exit code 1', async () => {
    const { code, stdout, stderr } = await route('4.3902,52.0462', '3.5,52.5')
    expect(stderr).to.include('too far from any road').and.not.include('    at ')
    expect(stdout).to.equal('')
    expect(code).to.equal(1)
  })
})

/** What a call is refused with. */
async function messageOf(fn: () => unknown): Promise<string> {
  try {
    await fn()
  } catch (error) {
    expect(error).to.be.instanceOf(MeshError)
    return (error as MeshError).message
  }
  throw new Error('nothing was refused')
}
