/** What takes room in a picture: its upper left corner and its size, in pixels. */
export interface Box {
  x: number
  y: number
  width: number
  height: number
}

/**
 * Moves boxes down until none lies on another; the higher ones stay where they are.
 *
 * @returns as many, in the same order
 * @example apart([{ x: 0, y: 0, width: 9, height: 9 }, { x: 5, y: 5, width: 9, height: 9 }]) // the second one at y 9
 */
export function apart(boxes: readonly Box[]): Box[] {
  const placed = new Map<Box, Box>()
  for (const box of boxes.toSorted((a, b) => a.y - b.y)) {
    let { y } = box
    for (let hit = hitBy(box, y); hit !== undefined; hit = hitBy(box, y)) y = hit.y + hit.height
    placed.set(box, { ...box, y })
  }
  return boxes.map((box) => placed.get(box) ?? box)

  function hitBy({ x, width, height }: Box, y: number): Box | undefined {
    return [...placed.values()].find(
      (other) =>
        x < other.x + other.width &&
        other.x < x + width &&
        y < other.y + other.height &&
        other.y < y + height,
    )
  }
}
