import { type Reject, RoadNetwork, type Weight } from '../../agent/index.ts'
import { ConfigError } from '../../protocol/errors.ts'
import { counted } from '../format.ts'
import { pointOf } from '../point.ts'
import { nameOf } from '../text-file.ts'
import { readRoads, SHIPPED_ROADS } from './read-roads.ts'

export interface RouteOptions {
  graph?: string
  by: Weight
  json?: boolean
}

/** How far a point may be from the nearest junction, in metres. */
const MAX_ACCESS = 500

/** Prints the best route. @throws ConfigError when there is none, or an end or the file cannot be used */
export async function route(
  from: string,
  to: string,
  { graph = SHIPPED_ROADS, by, json = false }: RouteOptions,
): Promise<void> {
  const roads = await readRoads(graph)
  const network = new RoadNetwork(roads)
  const ends = { from: locate(network, from, 'from', graph), to: locate(network, to, 'to', graph) }
  const best = network.route(ends.from.id, ends.to.id, by)
  if (best === undefined) {
    throw new ConfigError('NO_ROUTE', 'No roads lead there.', {
      field: 'to',
      expected: `a junction that can be reached from ${ends.from.id}`,
      received: ends.to.id,
      remedy: 'Streets may be one-way, or their continuation outside of the extract: choose another end.',
    })
  }
  const rejects = roads.rejects.list()
  if (!json) {
    for (const line of describe(rejects, nameOf(graph))) console.error(line)
    console.log(
      [
        `${Math.round(best.length).toLocaleString('en-US')} m in ${(best.time / 60).toFixed(1)} min`,
        `${counted(best.junctions.length, 'junction')}: ${best.junctions.map(({ id }) => id).join(' ')}`,
      ].join('\n'),
    )
    return
  }
  const result = {
    distance: toThousandths(best.length),
    time: toThousandths(best.time),
    from: { ...ends.from, distance: toThousandths(ends.from.distance) },
    to: { ...ends.to, distance: toThousandths(ends.to.distance) },
    nodes: best.junctions.map(({ id }) => id),
    path: best.junctions.map(({ position }) => position),
    rejected: rejects,
  }
  console.log(JSON.stringify(result, undefined, 2))
}

/** Millimetres and milliseconds: what is below is noise of doubles. */
function toThousandths(value: number): number {
  return Math.round(value * 1000) / 1000
}

/** The junction that an argument means, and how far it is from the point that was given, in metres. */
function locate(
  network: RoadNetwork,
  text: string,
  field: string,
  graph: string,
): { id: string; distance: number } {
  const point = pointOf(text)
  if (point === undefined) {
    if (network.junction(text)) return { id: text, distance: 0 }
    throw new ConfigError('PLACE_UNKNOWN', 'An end of the route is not known.', {
      field,
      expected: `longitude,latitude, or the id of a junction of ${nameOf(graph)}`,
      received: text,
      remedy: 'Longitude comes first, and the point is the decimal sign: 4.3902,52.0462',
    })
  }
  const { junction, distance } = network.nearest(point) as { junction: { id: string }; distance: number }
  if (distance <= MAX_ACCESS) return { id: junction.id, distance }
  throw new ConfigError('TOO_FAR', 'A point is too far from any road.', {
    field,
    expected: `at most ${MAX_ACCESS} m to the nearest junction`,
    received: `${Math.round(distance).toLocaleString('en-US')} m, from ${text}`,
    remedy: 'Longitude comes first; --graph takes roads of another area.',
  })
}

/** What of a file was left out, in words. */
function describe(rejects: readonly Reject[], name: string): string[] {
  return rejects.map(
    ({ reason, count, examples }) =>
      `${name}: ${count} left out: ${reason} (${examples.join(', ')}${count > examples.length ? ', ...' : ''})`,
  )
}
