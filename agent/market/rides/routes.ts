import createGraph, { type Graph, type Node } from 'ngraph.graph'
import { aStar, type PathFinder } from 'ngraph.path'
import { MeshError } from '../../../protocol/errors.ts'
import { haversine, type LonLat } from './haversine.ts'
import type { Junction, Road, RoadGraph } from './road-graph.ts'

/** What a route is to have least of: metres or seconds. */
export type Weight = 'length' | 'time'

/** A way from one junction to another. */
export interface Route {
  /** Metres. */
  length: number
  /** Seconds. */
  time: number
  /** From the first to the last. */
  junctions: Junction[]
}

/** A junction near a point, and how far it is from there, in metres. */
export interface Nearest {
  junction: Junction
  distance: number
}

const KMH = 1000 / 3600

const secondsOn = ({ length, speed }: Road) => length / (speed * KMH)

/** Shortest paths on a road graph. */
export class RoadNetwork {
  readonly #junctions: readonly Junction[]
  readonly #byId: Map<string, number>
  readonly #graph: Graph<Junction, Road>
  readonly #finders: Record<Weight, PathFinder<Junction>>

  constructor({ junctions, roads }: RoadGraph) {
    this.#junctions = junctions
    this.#byId = new Map(junctions.map(({ id }, index) => [id, index]))
    // Two roads may join the same junctions, and one may be the shorter, the other the faster.
    this.#graph = createGraph({ multigraph: true })
    for (const [index, junction] of junctions.entries()) this.#graph.addNode(index, junction)
    for (const road of roads) this.#graph.addLink(road.from, road.to, road)
    this.#finders = {
      length: this.#finder(({ length }) => length, roads),
      time: this.#finder(secondsOn, roads),
    }
  }

  /** The junction with this id of the source. */
  junction(id: string): Junction | undefined {
    return this.#junctions[this.#byId.get(id) ?? -1]
  }

  /** The junction that is nearest as the crow flies; undefined when there is none at all. Time: linear. */
  nearest(point: LonLat): Nearest | undefined {
    let nearest: Nearest | undefined
    for (const junction of this.#junctions) {
      const distance = haversine(point, junction.position)
      if (nearest === undefined || distance < nearest.distance) nearest = { junction, distance }
    }
    return nearest
  }

  /**
   * The best route by A* (P. E. Hart, N. J. Nilsson, B. Raphael, IEEE Trans. Systems Science and Cybernetics 4 (1968)
   * 100-107), of ngraph.path.
   *
   * @param from id of a junction
   * @param to id of a junction
   * @returns undefined when no roads lead there
   * @throws MeshError `JUNCTION_UNKNOWN` when the graph has no such junction.
   */
  route(from: string, to: string, weight: Weight = 'length'): Route | undefined {
    const path = this.#finders[weight].find(this.#indexOf(from), this.#indexOf(to)).toReversed()
    if (path.length === 0) return undefined
    const route: Route = { length: 0, time: 0, junctions: path.map(({ data }) => data) }
    for (const [index, node] of path.slice(1).entries()) {
      const road = this.#best(path[index]?.id as number, node.id as number, weight)
      route.length += road.length
      route.time += secondsOn(road)
    }
    return route
  }

  #indexOf(id: string): number {
    const index = this.#byId.get(id)
    if (index !== undefined) return index
    throw new MeshError('JUNCTION_UNKNOWN', 'The road graph has no such junction.', {
      field: 'id',
      expected: `one of ${this.#junctions.length}, such as ${this.#junctions[0]?.id}`,
      received: id,
      remedy: 'Use the id of a junction of this graph, or give a place as lon,lat.',
    })
  }

  #best(from: number, to: number, weight: Weight): Road {
    let best: Road | undefined
    const weigh = weight === 'length' ? (road: Road) => road.length : secondsOn
    this.#graph.forEachLinkedNode(
      from,
      (node, { data }) => {
        if (node.id === to && (best === undefined || weigh(data) < weigh(best))) best = data
      },
      true,
    )
    return best as unknown as Road
  }

  /**
   * Roads may be shorter than the great circle in the source, by rounding or by error; an estimate that holds for
   * each road by itself is one with which A* finds the best.
   */
  #finder(weigh: (road: Road) => number, roads: readonly Road[]): PathFinder<Junction> {
    const crow = (a: number, b: number) =>
      haversine(this.#junctions[a]?.position as LonLat, this.#junctions[b]?.position as LonLat)
    let least = Number.POSITIVE_INFINITY
    for (const road of roads) {
      const distance = crow(road.from, road.to)
      if (distance > 0) least = Math.min(least, weigh(road) / distance)
    }
    // A hair less, for what sums lose in the last digit.
    const perMetre = Number.isFinite(least) ? least * (1 - 1e-9) : 0
    return aStar(this.#graph, {
      oriented: true,
      distance: (_from, _to, { data }) => weigh(data),
      heuristic: ({ id }: Node<Junction>, to: Node<Junction>) =>
        perMetre * crow(id as number, to.id as number),
    })
  }
}
