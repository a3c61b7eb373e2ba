import { type CsvRow, type CsvTable, csvError } from './csv.ts'
import type { MeteredSlot } from './dataset.ts'
import { type Decimal, multiply, parseDecimal, roundHalfEven } from './decimal.ts'
import { formatInstant, parseInstant } from './instant.ts'

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
 * @throws ConfigError `CSV_INVALID` when a column is missing, a value is no decimal number >= 0, a time cannot be
 *   read, or the steps between the times are not all equal; it names file, line, column and value.
 */
export function readSlots(table: CsvTable, homes: HomeColumns[]): MeteredSlot[] {
  const starts = readStarts(table)
  const step = (starts[1] ?? 0) - (starts[0] ?? 0)
  const length = starts.length > 1 ? step : DEFAULT_STEP
  const columns = homes.map((home) => ({
    ...home,
    loadIndex: columnIndex(table, home.load),
    pvIndex: home.pv === undefined ? undefined : columnIndex(table, home.pv),
  }))
  return table.rows.map((row, index) => {
    const start = starts[index] ?? 0
    const readings = columns.map(({ name, loadIndex, pvIndex, kWp }) => ({
      home: name,
      loadWh: readWh(table, row, loadIndex),
      pvWh: pvIndex === undefined ? 0 : readWh(table, row, pvIndex, kWp),
    }))
    return { start, end: start + length, readings }
  })
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

function readStarts(table: CsvTable): number[] {
  const column = table.columns[0]
  const starts = table.rows.map((row) => {
    const text = row.cells[0] ?? ''
    const start = parseInstant(text)
    if (start !== undefined) return start
    throw csvError(table, 'A time cannot be read.', {
      line: row.line,
      column,
      expected: 'start of the slot as ISO 8601 in UTC, such as 2021-03-08T00:15Z',
      received: text === '' ? 'an empty cell' : text,
      remedy: 'The first column has to be the time.',
    })
  })
  const step = (starts[1] ?? DEFAULT_STEP) - (starts[0] ?? 0)
  starts.forEach((start, index) => {
    const previous = starts[index - 1]
    if (previous === undefined || (step > 0 && start - previous === step)) return
    const row = table.rows[index]
    throw csvError(table, 'The times do not have equal steps.', {
      line: row?.line ?? 1,
      column,
      expected: step > 0 ? formatInstant(previous + step) : `a time after ${formatInstant(previous)}`,
      received: row?.cells[0],
      remedy: 'Sort the lines by time, and fill or remove what is missing or there twice.',
    })
  })
  return starts
}
