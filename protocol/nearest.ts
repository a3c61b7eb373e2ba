/**
 * The name that was most likely meant by a misspelt one: a beginning of it, or at most a third of its letters away.
 *
 * @returns undefined when none is near
 * @example nearest('bootstrapPeer', ['area', 'bootstrapPeers']) // 'bootstrapPeers'
 */
export function nearest(given: string, names: readonly string[]): string | undefined {
  const wanted = given.toLowerCase()
  const [closest] = names
    // One that differs more by its length alone need not be measured, however long it is.
    .filter((name) => Math.abs(wanted.length - name.length) <= Math.max(wanted.length, name.length) / 3)
    .map((name) => ({ name, distance: distanceOf(wanted, name.toLowerCase()) }))
    .filter(({ name, distance }) => distance <= Math.max(wanted.length, name.length) / 3)
    .sort((a, b) => a.distance - b.distance)
  return closest?.name ?? names.find((name) => wanted !== '' && name.toLowerCase().startsWith(wanted))
}

/** Letters to insert, delete or replace. Source: Levenshtein, 1966, by the rows of Wagner and Fischer. */
function distanceOf(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1]
    for (const [j, other] of [...b].entries()) {
      const [left = 0, above = 0, diagonal = 0] = [next[j], row[j + 1], row[j]]
      next.push(Math.min(left + 1, above + 1, diagonal + (letter === other ? 0 : 1)))
    }
    row = next
  }
  return row.at(-1) ?? 0
}
