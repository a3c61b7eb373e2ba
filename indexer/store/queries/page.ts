import { type RawBuilder, type SelectQueryBuilder, sql } from 'kysely'
import type { Database } from '../tables.ts'

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

/**
 * A condition that the planner takes to hold for half of the rows, and for which it uses no index. It takes two equalities for
 * a far rarer thing than one, also where one follows from the other, and then reads and sorts all instead of going by the
 * list's order.
 */
export function unestimated(condition: RawBuilder<unknown>): RawBuilder<boolean> {
  return sql<boolean>`coalesce(${condition}, false)`
}

/** Place of a log in the chain: block and index, by which most lists go. */
export type Position = [block: number, logIndex: number]

/** A page of rows by the log that first told of them, the newest first. */
export async function pageByPosition<
  T extends keyof Database,
  Row extends { block: number; logIndex: number },
>(
  query: SelectQueryBuilder<Database, T, Row>,
  { limit, after }: PageRequest<Position>,
): Promise<Page<Row, Position>> {
  let part = query
    .orderBy(sql`block`, 'desc')
    .orderBy(sql`"logIndex"`, 'desc')
    .limit(limit + 1)
  if (after !== undefined) part = part.where(sql<boolean>`(block, "logIndex") < (${sql.join(after)})`)
  const rows = (await part.execute()) as Row[]
  return toPage(rows, limit, (row) => [row.block, row.logIndex])
}

/** A page of rows that are counted in a column, the last first. */
export async function pageByNumber<
  T extends keyof Database,
  Column extends string,
  Row extends Record<Column, number>,
>(
  query: SelectQueryBuilder<Database, T, Row>,
  column: Column,
  { limit, after }: PageRequest<number>,
): Promise<Page<Row, number>> {
  let part = query.orderBy(sql.ref(column), 'desc').limit(limit + 1)
  if (after !== undefined) part = part.where(sql<boolean>`${sql.ref(column)} < ${after}`)
  const rows = (await part.execute()) as Row[]
  return toPage(rows, limit, (row) => row[column])
}
