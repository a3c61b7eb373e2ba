import { haversine, type LonLat } from './haversine.ts'
import { Rejects } from './rejects.ts'
import { isPosition, type Junction, type Road, type RoadGraph, speedOf } from './road-graph.ts'

/** An element of OpenStreetMap, as the Overpass API writes it in JSON. */
export interface OsmElement {
  type: string
  id: number | string
  lon?: number | undefined
  lat?: number | undefined
  /** Of a way: ids of its nodes. */
  nodes?: readonly (number | string)[] | undefined
  tags?: Readonly<Record<string, string>> | undefined
}

/** Kilometres of a mile. */
const MILE = 1.609344

/**
 * Builds the graph of the roads that a car may use: every way whose `highway` tag says so and whose `access`,
 * `motor_vehicle` and `vehicle` tags do not forbid it, in the directions that `oneway` (and `junction=roundabout`) allow,
 * at the speed of `maxspeed` or of its kind. Restrictions of turning are not read.
 *
 * A road goes from one node of a way to the next, so a road bends at junctions. Ways whose nodes are not in the extract
 * are cut there, and counted.
 *
 * @param rejects what could not be used before, and what cannot be now
 */
export function roadGraphFromOsm(elements: Iterable<OsmElement>, rejects = new Rejects()): RoadGraph {
  const positions = new Map<string, LonLat>()
  const ways: OsmElement[] = []
  for (const element of elements) {
    const { type, id, lon, lat } = element
    if (type === 'way') ways.push(element)
    if (type !== 'node') continue
    if (isPosition([lon, lat])) positions.set(String(id), [lon as number, lat as number])
    else rejects.add('node without a position', `node ${id}`)
  }
  const junctions: Junction[] = []
  const roads: Road[] = []
  const indices = new Map<string, number>()
  const indexOf = (id: string, position: LonLat) => {
    const index = indices.get(id) ?? junctions.push({ id, position }) - 1
    indices.set(id, index)
    return index
  }
  for (const { id: wayId, nodes = [], tags = {} } of ways) {
    const speed = speedOn(tags, () => rejects.add('maxspeed that is none', `way ${wayId}`))
    if (speed === undefined) continue
    const direction = directionOf(tags)
    let before: { id: string; position: LonLat } | undefined
    for (const node of nodes) {
      const id = String(node)
      const position = positions.get(id)
      if (position === undefined) rejects.add('node of a road that is not there', `way ${wayId}, node ${id}`)
      if (before !== undefined && position !== undefined) {
        const [from, to] = [indexOf(before.id, before.position), indexOf(id, position)]
        const length = haversine(before.position, position)
        if (direction >= 0) roads.push({ from, to, length, speed })
        if (direction <= 0) roads.push({ from: to, to: from, length, speed })
      }
      before = position && { id, position }
    }
    if (nodes.length < 2) rejects.add('road of less than two nodes', `way ${wayId}`)
  }
  return { junctions, roads, rejects }
}

/** Kilometres an hour; undefined where no car may drive. */
function speedOn(tags: Readonly<Record<string, string>>, onFault: () => void): number | undefined {
  const usual = speedOf(tags.highway ?? '')
  const access = tags.motor_vehicle ?? tags.vehicle ?? tags.access
  if (usual === undefined || access === 'no' || access === 'private') return undefined
  const { maxspeed } = tags
  if (maxspeed === undefined) return usual
  const [, digits, miles] = /^(\d{1,3}(?:\.\d+)?)( ?mph)?$/.exec(maxspeed) ?? []
  if (Number(digits) > 0) return Number(digits) * (miles === undefined ? 1 : MILE)
  // These are values that the tag may have, too: https://wiki.openstreetmap.org/wiki/Key:maxspeed
  if (!/^(none|signals|variable|walk|[A-Z]{2}:.+)$/.test(maxspeed)) onFault()
  return usual
}

/** 1: as the way's nodes follow one another, -1: against, 0: both. */
function directionOf({ oneway, junction, highway }: Readonly<Record<string, string>>): number {
  if (oneway === '-1' || oneway === 'reverse') return -1
  if (oneway === 'yes' || oneway === 'true' || oneway === '1') return 1
  if (oneway !== undefined) return 0
  return junction === 'roundabout' || junction === 'circular' || highway === 'motorway' ? 1 : 0
}
