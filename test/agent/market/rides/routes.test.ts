import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import fc from 'fast-check'
import { haversine } from '../../../../agent/market/rides/haversine.ts'
import { Rejects } from '../../../../agent/market/rides/rejects.ts'
import { isRoadGraphFile, type Road, readRoadGraph } from '../../../../agent/market/rides/road-graph.ts'
import { RoadNetwork } from '../../../../agent/market/rides/routes.ts'
import { readVectors } from './support/matrices.ts'

interface PathVectors {
  cases: { from_osm: string; to_osm: string; skim_m: number; dijkstra_m: number }[]
}

const file = new URL('../../../../data/rides/nootdorp_road_graph.json', import.meta.url)
const nootdorp = readRoadGraph(JSON.parse(readFileSync(file, 'utf8')))

describe('RoadNetwork', () => {
  const { cases } = readVectors<PathVectors>('road_paths')
  const network = new RoadNetwork(nootdorp)

  it(`finds the ${cases.length} published lengths`, () => {
    for (const { from_osm, to_osm, dijkstra_m } of cases) {
      const route = network.route(from_osm, to_osm)
      expect(route?.length, `${from_osm} to ${to_osm}`).to.be.closeTo(dijkstra_m, 0.006)
      expect(route?.junctions.at(0)?.id).to.equal(from_osm)
      expect(route?.junctions.at(-1)?.id).to.equal(to_osm)
    }
  })

  it('knows the nearest junction, and the way to where one is', () => {
    expect(network.nearest([4.3901926, 52.0462081])).to.deep.include({ distance: 0 })
    expect(network.nearest([4.39, 52.0462])?.junction.id).to.equal('45008896')
    expect(network.route('45008896', '45008896')).to.deep.include({ length: 0, time: 0 })
    expect(new RoadNetwork({ junctions: [], roads: [], rejects: new Rejects() }).nearest([0, 0])).to.equal(
      undefined,
    )
  })

  it('heeds directions, and of two roads takes the shorter or the faster', () => {
    const junctions = ['a', 'b', 'c'].map((id, index) => ({ id, position: [index / 1000, 0] as const }))
    const network = new RoadNetwork({
      junctions,
      roads: [
        { from: 0, to: 1, length: 200, speed: 20 },
        { from: 0, to: 1, length: 300, speed: 72 },
      ],
      rejects: new Rejects(),
    })
    expect(network.route('a', 'b', 'length')).to.include({ length: 200, time: 36 })
    expect(network.route('a', 'b', 'time')).to.include({ length: 300, time: 15 })
    expect(network.route('b', 'a')).to.equal(undefined)
    expect(network.route('a', 'c')).to.equal(undefined)
    expect(() => network.route('a', 'z')).to.throw('no such junction')
  })

  it('is never beaten by a plain search, on any graph, though lengths deny geometry', () => {
    const anyRoad = (size: number) =>
      fc.record({
        from: fc.nat(size - 1),
        to: fc.nat(size - 1),
        length: fc.integer({ min: 0, max: 500 }),
        speed: fc.constantFrom(10, 50, 120),
      })
    const anyGraph = fc
      .array(fc.tuple(fc.integer({ min: 0, max: 50 }), fc.integer({ min: 0, max: 50 })), {
        minLength: 2,
        maxLength: 12,
      })
      .chain((points) => fc.tuple(fc.constant(points), fc.array(anyRoad(points.length), { maxLength: 40 })))
    fc.assert(
      fc.property(
        anyGraph,
        fc.constantFrom('length' as const, 'time' as const),
        ([points, roads], weight) => {
          const junctions = points.map(([x, y], index) => ({
            id: String(index),
            position: [x / 10_000, y / 10_000] as const,
          }))
          const network = new RoadNetwork({ junctions, roads, rejects: new Rejects() })
          const expected = bellmanFord(points.length, roads, weight)
          for (const [index, least] of expected.entries()) {
            const route = network.route('0', String(index), weight)
            if (least === Number.POSITIVE_INFINITY) expect(route).to.equal(undefined)
            else expect(route?.[weight]).to.be.closeTo(least, 1e-6)
          }
        },
      ),
      { numRuns: 300 },
    )
  })
})

describe('readRoadGraph', () => {
  it('takes the whole of the shipped graph', () => {
    expect(nootdorp.junctions.length).to.equal(533)
    expect(nootdorp.roads.length).to.equal(1283)
    expect(nootdorp.rejects.count).to.equal(0)
    const shortest = nootdorp.roads.map(({ from, to, length }) => {
      const [a, b] = [nootdorp.junctions[from], nootdorp.junctions[to]]
      return a && b ? length - haversine(a.position, b.position) : Number.NaN
    })
    expect(Math.min(...shortest), 'no road is much shorter than the great circle').to.be.above(-0.1)
  })

  it('leaves out what cannot be used, and says what and where', () => {
    const file = {
      nodes: [['a', 4, 52], ['b', 4.1, 'north'], 7, ['c', 4.2, 52]],
      edges: [
        [0, 3, 100, 'residential'],
        [0, 1, 100, 'residential'],
        [0, 9, 100, 'residential'],
        [0, 3, -1, 'residential'],
        [0, 3, 100, 'footway'],
        null,
      ],
    }
    expect(isRoadGraphFile(file)).to.equal(true)
    expect(isRoadGraphFile({ nodes: [] })).to.equal(false)
    const { junctions, roads, rejects } = readRoadGraph(file)
    expect(junctions.map(({ id }) => id)).to.deep.equal(['a', 'c'])
    expect(roads).to.deep.equal([{ from: 0, to: 1, length: 100, speed: 25 }])
    expect(rejects.list()).to.deep.equal([
      { reason: 'edge without two nodes', count: 3, examples: ['edges[1]', 'edges[2]', 'edges[5]'] },
      { reason: 'node without a position', count: 2, examples: ['nodes[1]', 'nodes[2]'] },
      { reason: 'edge without a length', count: 1, examples: ['edges[3]'] },
      { reason: 'edge that is no road: footway', count: 1, examples: ['edges[4]'] },
    ])
  })
})

function bellmanFord(size: number, roads: readonly Road[], weight: 'length' | 'time'): number[] {
  const least = Array.from({ length: size }, (_, index) => (index === 0 ? 0 : Number.POSITIVE_INFINITY))
  for (let round = 0; round < size; round++) {
    for (const { from, to, length, speed } of roads) {
      const own = weight === 'length' ? length : length / (speed / 3.6)
      least[to] = Math.min(least[to] ?? 0, (least[from] ?? 0) + own)
    }
  }
  return least
}
