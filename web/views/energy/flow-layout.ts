/** Energy between two things of neighbouring columns. */
export interface Link {
  from: string
  to: string
  wh: number
}

interface FlowNode {
  id: string
  column: number
  x: number
  y: number
  height: number
  wh: number
}

export interface Ribbon {
  from: string
  to: string
  wh: number
  /** Its outline, as the `d` of an SVG path. */
  path: string
}

export interface FlowOptions {
  /** Pixels from the left edge of the first column to the right one of the last. */
  width: number
  /** Height of all energy together, in pixels. */
  height: number
  /** Width of a node. */
  thickness: number
  /** Least height that a node takes, so that its name can be read. */
  room: number
  /** Between nodes that are high enough. */
  gap: number
}

/** Where everything of a flow diagram is; it may be higher than was asked for, where there are many small nodes. */
export interface FlowLayout {
  height: number
  nodes: FlowNode[]
  ribbons: Ribbon[]
}

/**
 * Lays out energy that flows from column to column (a Sankey diagram): heights are in proportion to energy, with one scale
 * for all, and each column is in the middle.
 *
 * @param columns what stands in each, from top to bottom; what has no link is left out
 * @param links from a column to the next one
 * @throws RangeError when a link does not lead to the next column, or has no energy
 */
export function layoutFlows(
  columns: readonly (readonly string[])[],
  links: readonly Link[],
  options: FlowOptions,
): FlowLayout {
  const columnOf = new Map(columns.flatMap((ids, column) => ids.map((id) => [id, column] as const)))
  const out = new Map<string, number>()
  const into = new Map<string, number>()
  for (const { from, to, wh } of links) {
    const [start, end] = [columnOf.get(from), columnOf.get(to)]
    if (start === undefined || end !== start + 1) {
      throw new RangeError(`a link leads from ${from} to ${to}, which is not in the next column`)
    }
    if (!(wh > 0)) throw new RangeError(`the link from ${from} to ${to} has ${wh} Wh instead of some`)
    out.set(from, (out.get(from) ?? 0) + wh)
    into.set(to, (into.get(to) ?? 0) + wh)
  }
  const energyOf = (id: string) => Math.max(out.get(id) ?? 0, into.get(id) ?? 0)
  const most = Math.max(...columns.map((ids) => ids.reduce((sum, id) => sum + energyOf(id), 0)))
  const scale = most > 0 ? options.height / most : 0

  const stacks = columns.map((ids) => ids.filter((id) => energyOf(id) > 0))
  const roomOf = (id: string) => Math.max(options.room, energyOf(id) * scale + options.gap)
  const heights = stacks.map((ids) => ids.reduce((sum, id) => sum + roomOf(id), 0))
  const height = Math.max(0, ...heights)
  const step = columns.length > 1 ? (options.width - options.thickness) / (columns.length - 1) : 0

  const nodes = new Map<string, FlowNode>()
  for (const [column, ids] of stacks.entries()) {
    let top = (height - (heights[column] ?? 0)) / 2
    for (const id of ids) {
      const own = energyOf(id) * scale
      const y = top + (roomOf(id) - own) / 2
      nodes.set(id, { id, column, x: column * step, y, height: own, wh: energyOf(id) })
      top += roomOf(id)
    }
  }
  return { height, nodes: [...nodes.values()], ribbons: ribbonsOf(links, nodes, scale, options.thickness) }
}

/** Ribbons leave and arrive in the order of what they lead to and come from, so that they cross as little as they can. */
function ribbonsOf(
  links: readonly Link[],
  nodes: ReadonlyMap<string, FlowNode>,
  scale: number,
  thickness: number,
): Ribbon[] {
  const y = (id: string) => nodes.get(id)?.y ?? 0
  const starts = offsets(
    links,
    ({ from }) => from,
    (a, b) => y(a.to) - y(b.to),
  )
  const ends = offsets(
    links,
    ({ to }) => to,
    (a, b) => y(a.from) - y(b.from),
  )
  return links.map((link) => {
    const height = link.wh * scale
    const [x0, x1] = [(nodes.get(link.from)?.x ?? 0) + thickness, nodes.get(link.to)?.x ?? 0]
    const y0 = y(link.from) + (starts.get(link) ?? 0) * scale
    const y1 = y(link.to) + (ends.get(link) ?? 0) * scale
    const middle = (x0 + x1) / 2
    const path = [
      `M${at(x0)} ${at(y0)}C${at(middle)} ${at(y0)} ${at(middle)} ${at(y1)} ${at(x1)} ${at(y1)}`,
      `V${at(y1 + height)}C${at(middle)} ${at(y1 + height)} ${at(middle)} ${at(y0 + height)} ${at(x0)} ${at(y0 + height)}Z`,
    ].join('')
    return { ...link, path }
  })
}

/** Wh that lie above each link at the end that `endOf` names. */
function offsets(
  links: readonly Link[],
  endOf: (link: Link) => string,
  order: (a: Link, b: Link) => number,
): Map<Link, number> {
  const found = new Map<Link, number>()
  for (const group of Map.groupBy(links, endOf).values()) {
    let above = 0
    for (const link of group.toSorted(order)) {
      found.set(link, above)
      above += link.wh
    }
  }
  return found
}

function at(coordinate: number): string {
  return coordinate.toFixed(1)
}
