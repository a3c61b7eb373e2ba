import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import {
  isRoadGraphFile,
  Rejects,
  type RoadGraph,
  readRoadGraph,
  roadGraphFromOsm,
} from '../../agent/index.ts'
import { packageRoot } from '../../community/package-root.ts'
import { ConfigError } from '../../protocol/errors.ts'
import { parseJson } from '../json-file.ts'
import { nameOf, readText } from '../text-file.ts'

/** The roads that ship. */
export const SHIPPED_ROADS = fileURLToPath(new URL('data/rides/nootdorp_road_graph.json', packageRoot))

/** An element as Overpass writes it; what is no text or number there is no tag or node. */
const elementSchema = z.object({
  type: z.string(),
  id: z.union([z.number(), z.string()]),
  lon: z.number().optional().catch(undefined),
  lat: z.number().optional().catch(undefined),
  nodes: z
    .array(z.union([z.number(), z.string()]))
    .optional()
    .catch(undefined),
  tags: z.record(z.string(), z.string()).optional().catch(undefined),
})

/**
 * Reads roads from OpenStreetMap XML, from Overpass JSON, or from the format of the shipped graph; which it is, the file
 * itself says.
 *
 * @throws ConfigError `FILE_UNREADABLE`, `FILE_INVALID`; `ROADS_MISSING` when it has no road for cars.
 */
export async function readRoads(file: string): Promise<RoadGraph> {
  const text = readText(file)
  const name = nameOf(file)
  const graph = text.trimStart().startsWith('<') ? await fromXml(text, name) : fromJson(text, name)
  if (graph.roads.length > 0) return graph
  throw new ConfigError('ROADS_MISSING', 'The file has no road on which a car may drive.', {
    field: name,
    expected: 'ways with a highway tag, and their nodes',
    received: `${graph.junctions.length} nodes, ${graph.rejects.count} entries that cannot be used`,
    remedy: 'Take an extract with the nodes of its ways: "(._;>;); out;" ends such a query to Overpass.',
  })
}

async function fromXml(text: string, name: string): Promise<RoadGraph> {
  const { readOsmXml } = await import('./osm-xml.ts')
  return roadGraphFromOsm(readOsmXml(text, name))
}

function fromJson(text: string, name: string): RoadGraph {
  const content = parseJson(text, name)
  if (isRoadGraphFile(content)) return readRoadGraph(content)
  const { elements } = (content ?? {}) as { elements?: unknown }
  if (Array.isArray(elements)) return fromOverpass(elements)
  throw new ConfigError('FILE_INVALID', 'The file does not hold roads.', {
    field: name,
    expected: '"elements", as Overpass writes them, or "nodes" and "edges", as in the shipped graph',
    received: `members ${
      Object.keys(content ?? {})
        .slice(0, 5)
        .join(', ') || 'none'
    }`,
    remedy: 'Export an area from openstreetmap.org, or query Overpass with [out:json].',
  })
}

function fromOverpass(elements: readonly unknown[]): RoadGraph {
  const rejects = new Rejects()
  const usable = elements.flatMap((element, index) => {
    const { success, data } = elementSchema.safeParse(element)
    if (!success) rejects.add('element without type and id', `elements[${index}]`)
    return success ? [data] : []
  })
  return roadGraphFromOsm(usable, rejects)
}
