import { expect } from 'chai'
import { haversine } from '../../../../agent/market/rides/haversine.ts'
import { type OsmElement, roadGraphFromOsm } from '../../../../agent/market/rides/osm.ts'

const node = (id: number): OsmElement => ({ type: 'node', id, lon: 4 + id / 1000, lat: 52 })
const way = (id: number, nodes: number[], tags: Record<string, string>): OsmElement => ({
  type: 'way',
  id,
  nodes,
  tags,
})
const nodes = [1, 2, 3, 4].map(node)

/** The roads as `from>to@speed`. */
function roadsOf(...elements: OsmElement[]): string[] {
  const { junctions, roads } = roadGraphFromOsm([...nodes, ...elements])
  return roads.map(({ from, to, speed }) => `${junctions[from]?.id}>${junctions[to]?.id}@${speed}`)
}

describe('roadGraphFromOsm', () => {
  it('makes a road of each piece of a way, as long as the great circle, both ways', () => {
    expect(roadsOf(way(9, [1, 2, 3], { highway: 'residential' }))).to.deep.equal([
      '1>2@25',
      '2>1@25',
      '2>3@25',
      '3>2@25',
    ])
    const { roads } = roadGraphFromOsm([...nodes, way(9, [1, 2], { highway: 'road' })])
    expect(roads[0]?.length).to.equal(haversine([4.001, 52], [4.002, 52]))
  })

  it('heeds one-way streets', () => {
    const one = (tags: Record<string, string>) => roadsOf(way(9, [1, 2], { highway: 'primary', ...tags }))
    for (const oneway of ['yes', 'true', '1']) expect(one({ oneway })).to.deep.equal(['1>2@50'])
    for (const oneway of ['-1', 'reverse']) expect(one({ oneway })).to.deep.equal(['2>1@50'])
    expect(one({ junction: 'roundabout' })).to.deep.equal(['1>2@50'])
    expect(one({ highway: 'motorway' })).to.deep.equal(['1>2@100'])
    expect(one({ highway: 'motorway', oneway: 'no' }).length).to.equal(2)
  })

  it('leaves out where no car may drive', () => {
    const kept = (tags: Record<string, string>) => roadsOf(way(9, [1, 2], tags)).length > 0
    expect(kept({ highway: 'footway' })).to.equal(false)
    expect(kept({ building: 'yes' })).to.equal(false)
    expect(kept({ highway: 'service', access: 'private' })).to.equal(false)
    expect(kept({ highway: 'service', access: 'no', motor_vehicle: 'yes' })).to.equal(true)
    expect(kept({ highway: 'primary_link' })).to.equal(true)
  })

  it('reads the speed from the sign', () => {
    const at = (maxspeed: string) => roadsOf(way(9, [1, 2], { highway: 'primary', oneway: 'yes', maxspeed }))
    expect(at('30')).to.deep.equal(['1>2@30'])
    expect(at('20 mph')).to.deep.equal([`1>2@${20 * 1.609344}`])
    for (const other of ['none', 'NL:urban', 'fast', '0']) expect(at(other)).to.deep.equal(['1>2@50'])
  })

  it('counts what is missing or wrong, and names it', () => {
    const { roads, rejects } = roadGraphFromOsm([
      ...nodes,
      { type: 'node', id: 5 },
      { type: 'relation', id: 6 },
      way(7, [1, 5, 2, 3], { highway: 'residential', oneway: 'yes', maxspeed: 'fast' }),
      way(8, [1], { highway: 'residential' }),
    ])
    expect(roads.length, 'the road is cut where a node is missing').to.equal(1)
    expect(rejects.list()).to.deep.equal([
      { reason: 'node without a position', count: 1, examples: ['node 5'] },
      { reason: 'maxspeed that is none', count: 1, examples: ['way 7'] },
      { reason: 'node of a road that is not there', count: 1, examples: ['way 7, node 5'] },
      { reason: 'road of less than two nodes', count: 1, examples: ['way 8'] },
    ])
  })
})
