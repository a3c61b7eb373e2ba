/** Part of a list, newest first. */
export interface Page<Row, Key> {
  rows: Row[]
  /** Where the next page starts: the key of this page's last row; null at the end of the list. */
  next: Key | null
}

/** Which part of a list to read. */
export interface PageRequest<Key> {
  /** Most rows. */
  limit: number
  /** Rows come after this one; absent: from the start. */
  after: Key | undefined
}

/** Makes a page of `limit + 1` rows that were asked for, of which the last only tells that there are more. */
export function toPage<Row, Key>(rows: Row[], limit: number, keyOf: (row: Row) => Key): Page<Row, Key> {
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  return { rows: page, next: rows.length > limit && last !== undefined ? keyOf(last) : null }
}

/** Place of a log in the chain: block and index, by which agreements and trades are listed. */
export type Position = [block: number, logIndex: number]
