import type { LonLat } from './haversine.ts'
import { Rejects } from './rejects.ts'

/** Where roads meet. */
export interface Junction {
  /** Of the source, such as an OpenStreetMap node id. */
  id: string
  position: LonLat
}

/** A way from one junction to the next, in one direction. */
export interface Road {
  /** Indices of junctions. */
  from: number
  to: number
  /** Metres. */
  length: number
  /** Kilometres an hour. */
  speed: number
}

export interface RoadGraph {
  junctions: Junction[]
  roads: Road[]
  /** What of the source could not be used. */
  rejects: Rejects
}

/**
 * How fast one drives, in km/h, by the `highway` tag of OpenStreetMap, where no sign says otherwise. These are the speeds
 * at which traffic moves in towns, stops included, not limits; and they name what can be driven on at all.
 */
const SPEEDS = new Map([
  ['motorway', 100],
  ['trunk', 80],
  ['primary', 50],
  ['secondary', 45],
  ['tertiary', 40],
  ['unclassified', 35],
  ['residential', 25],
  ['living_street', 12],
  ['service', 15],
  ['road', 25],
])

/** Speed on a road of this `highway` tag, in km/h; undefined where no car may drive, or it is not known. */
export function speedOf(highway: string): number | undefined {
  return SPEEDS.get(highway.replace(/_link$/, ''))
}

/** A road graph as it ships; further members are ignored. */
interface RoadGraphFile {
  /** Id, longitude, latitude. */
  nodes: readonly unknown[]
  /** Index of the node where it begins, of that where it ends, metres, highway tag. Directed. */
  edges: readonly unknown[]
}

/** Whether a value has the members of a file in our own format. */
export function isRoadGraphFile(value: unknown): value is RoadGraphFile {
  const { nodes, edges } = (value ?? {}) as { nodes?: unknown; edges?: unknown }
  return Array.isArray(nodes) && Array.isArray(edges)
}

/**
 * Builds a graph from the format of the shipped file. Entries that cannot be used are left out, and counted by reason.
 *
 * @example readRoadGraph({ nodes: [['a', 4.39, 52.04], ['b', 4.4, 52.04]], edges: [[0, 1, 690, 'residential']] })
 */
export function readRoadGraph({ nodes, edges }: RoadGraphFile): RoadGraph {
  const rejects = new Rejects()
  const indices: (number | undefined)[] = []
  const junctions: Junction[] = []
  for (const [index, node] of nodes.entries()) {
    const [id, longitude, latitude] = Array.isArray(node) ? (node as unknown[]) : []
    if (!isPosition([longitude, latitude])) {
      rejects.add('node without a position', `nodes[${index}]`)
      continue
    }
    indices[index] = junctions.push({ id: String(id), position: [longitude, latitude] as LonLat }) - 1
  }
  const roads: Road[] = []
  for (const [index, edge] of edges.entries()) {
    const [from, to, length, highway] = Array.isArray(edge) ? (edge as unknown[]) : []
    const ends = [indices[Number(from)], indices[Number(to)]] as const
    // OSMnx, which made the file, writes a list where it joined ways of several kinds: ['living_street', ...].
    const speed = speedOf(/\w+/.exec(String(highway))?.[0] ?? '')
    const place = `edges[${index}]`
    if (ends[0] === undefined || ends[1] === undefined) rejects.add('edge without two nodes', place)
    else if (typeof length !== 'number' || !(length >= 0 && length < 1e7)) {
      rejects.add('edge without a length', place)
    } else if (speed === undefined) rejects.add(`edge that is no road: ${highway}`, place)
    else roads.push({ from: ends[0], to: ends[1], length, speed })
  }
  return { junctions, roads, rejects }
}

/** Whether two values are a longitude and a latitude. */
export function isPosition([longitude, latitude]: readonly unknown[]): boolean {
  return (
    typeof longitude === 'number' &&
    typeof latitude === 'number' &&
    Math.abs(longitude) <= 180 &&
    Math.abs(latitude) <= 90
  )
}
