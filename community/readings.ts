import type { Rejects } from '../agent/index.ts'
import { ConfigError } from '../protocol/errors.ts'
import { type CsvRow, type CsvTable, csvError } from './csv.ts'
import type { MeteredSlot } from './dataset.ts'
import { type Decimal, multiply, parseDecimal, roundHalfEven } from './decimal.ts'
import { formatInstant, parseInstant } from './instant.ts'
import type { Reading } from './messages.ts'

/** Length of a slot in seconds where a file has one row only and so shows no step. */
const DEFAULT_STEP = 900
/** Largest energy of one home in one slot, in Wh: 1 GWh, so that sums stay exact in a double. */
const MAX_WH = 1_000_000_000n

/** Which columns of a table one home's meter readings are in. */
export interface HomeColumns {
  name: string
  /** Wh per slot. */
  load: string
  /** Wh per slot, or Wh per slot and kWp when `kWp` is given. */
  pv?: string | undefined
  kWp?: Decimal | undefined
}

/**
 * Reads every home's load and generation. Values are exact decimals, and rounded once, to whole Wh, half to even.
 *
 * @param rejects takes the rows that cannot be used, so that they are no error: those with a value or a time that is none, a
 *   time that another row has, or one that is not in step with most. The slots are then by time, and may have gaps.
 * @throws ConfigError `CSV_INVALID` when a column is missing or, with `rejects`, no row can be used, or, without, a value is no decimal number >= 0, a
 *   time cannot be read, or the steps between the times are not all equal; it names file, line, column and value.
 */
export function readSlots(table: CsvTable, homes: HomeColumns[], rejects?: Rejects): MeteredSlot[] {
  const columns = homes.map((home) => ({
    ...home,
    loadIndex: columnIndex(table, home.load),
    pvIndex: home.pv === undefined ? undefined : columnIndex(table, home.pv),
  }))
  const read = (row: CsvRow): MeteredRow => ({
    row,
    start: readStart(table, row),
    readings: columns.map(({ name, loadIndex, pvIndex, kWp }) => ({
      home: name,
      loadWh: readWh(table, row, loadIndex),
      pvWh: pvIndex === undefined ? 0 : readWh(table, row, pvIndex, kWp),
    })),
  })
  if (rejects !== undefined) {
    const slots = usableSlots(table.rows, read, rejects)
    if (slots.length > 0) return slots
    throw unusable(table, rejects)
  }
  const rows = table.rows.map(read)
  const length = checkSteps(table, rows)
  return rows.map(({ start, readings }) => ({ start, end: start + length, readings }))
}

function unusable(table: CsvTable, rejects: Rejects): ConfigError {
  const [most] = rejects.list()
  return csvError(table, 'No row can be used.', {
    line: 2,
    expected: 'whole or decimal Wh from 0 to 1 GWh, and the time in front of them',
    received:
      most && `${most.count} of ${table.rows.length} rows: ${most.reason} (${most.examples.join(', ')})`,
    remedy: 'Correct what is said of the rows, and look whether the columns are those that their names say.',
  })
}

interface MeteredRow {
  row: CsvRow
  /** Unix seconds. */
  start: number
  readings: Reading[]
}

function usableSlots(rows: CsvRow[], read: (row: CsvRow) => MeteredRow, rejects: Rejects): MeteredSlot[] {
  const usable = rows.flatMap((row) => {
    try {
      return [read(row)]
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error
      const [reason = '', place = ''] = error.message.split('\n')
      rejects.add(reason, place.replace(/^.*(line \d+.*)$/, '$1'))
      return []
    }
  })
  usable.sort((a, b) => a.start - b.start)
  const starts = usable.map(({ start }) => start)
  const gaps = starts.map((start, index) => start - (starts[index - 1] ?? start)).filter((gap) => gap > 0)
  const length = mostFrequent(gaps) ?? DEFAULT_STEP
  const phase = mostFrequent(starts.map((start) => start % length))
  const taken = new Set<number>()
  return usable.flatMap(({ row, start, readings }) => {
    const isTaken = taken.has(start)
    if (isTaken || start % length !== phase) {
      rejects.add(
        isTaken ? 'A time that another row has.' : 'A time that is not in step.',
        `line ${row.line}`,
      )
      return []
    }
    taken.add(start)
    return [{ start, end: start + length, readings }]
  })
}

/** The first of equally frequent ones. */
function mostFrequent(values: readonly number[]): number | undefined {
  const counts = new Map<number, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  let best: number | undefined
  for (const [value, count] of counts) if (count > (counts.get(best ?? Number.NaN) ?? 0)) best = value
  return best
}

function columnIndex(table: CsvTable, column: string): number {
  const index = table.columns.indexOf(column)
  if (index >= 0) return index
  throw csvError(table, 'A column is missing.', {
    line: 1,
    column,
    received: table.columns.join(', '),
    remedy: 'Add the column, or correct its name.',
  })
}

function readWh(table: CsvTable, row: CsvRow, index: number, factor?: Decimal): number {
  const text = row.cells[index] ?? ''
  const value = parseDecimal(text)
  const wh = value && roundHalfEven(factor ? multiply(value, factor) : value)
  if (wh !== undefined && wh <= MAX_WH) return Number(wh)
  throw csvError(table, 'A reading cannot be used.', {
    line: row.line,
    column: table.columns[index],
    expected: `energy in Wh, a decimal number from 0 to ${MAX_WH}`,
    received: text === '' ? 'an empty cell' : text,
    remedy: 'Correct the value; write 0 where nothing was measured.',
  })
}

function readStart(table: CsvTable, row: CsvRow): number {
  const text = row.cells[0] ?? ''
  const start = parseInstant(text)
  if (start !== undefined) return start
  throw csvError(table, 'A time cannot be read.', {
    line: row.line,
    column: table.columns[0],
    expected: 'start of the slot as ISO 8601 in UTC, such as 2021-03-08T00:15Z',
    received: text === '' ? 'an empty cell' : text,
    remedy: 'The first column has to be the time.',
  })
}

/** Seconds from each row to the next. */
function checkSteps(table: CsvTable, rows: readonly MeteredRow[]): number {
  const step = (rows[1]?.start ?? DEFAULT_STEP) - (rows.length > 1 ? (rows[0]?.start ?? 0) : 0)
  for (const [index, { row, start }] of rows.entries()) {
    const previous = rows[index - 1]?.start
    if (previous === undefined || (step > 0 && start - previous === step)) continue
    throw csvError(table, 'The times do not have equal steps.', {
      line: row.line,
      column: table.columns[0],
      expected: step > 0 ? formatInstant(previous + step) : `a time after ${formatInstant(previous)}`,
      received: row.cells[0],
      remedy: 'Sort the lines by time, and fill or remove what is missing or there twice.',
    })
  }
  return step
}
