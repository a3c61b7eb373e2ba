import { CsvError, parse } from 'csv-parse/sync'
import { ConfigError, type ErrorDetails } from '../protocol/errors.ts'
import { readBounded } from './bounded-file.ts'
import { fileError } from './file-error.ts'

/** A file above this many bytes is refused: a year of 100 homes in 15-minute steps takes about 20 MB. */
const MAX_FILE_BYTES = 64 * 2 ** 20

/** Most characters of a line, and most lines: each takes some hundred bytes, whatever it says. */
const MAX_LINE = 2 ** 20
const MAX_LINES = 1_000_000

/** As much of a file as is looked at for its delimiter. */
const MAX_HEADER_BYTES = 64 * 1024

/** One record of a CSV file: its cells, and the line of the file on which it ends. */
export interface CsvRow {
  line: number
  cells: string[]
}

/** A CSV file with a header line. Every row has as many cells as there are columns, if it was not read as ragged. */
export interface CsvTable {
  file: string
  columns: string[]
  rows: CsvRow[]
}

/** Where in a file something is wrong. */
interface Place extends ErrorDetails {
  line: number
  column?: string | undefined
}

/** An error that says in which file, line and column a value cannot be used. */
export function csvError(
  table: Pick<CsvTable, 'file'>,
  message: string,
  { line, column, ...details }: Place,
): ConfigError {
  const field = `${table.file}, line ${line}${column === undefined ? '' : `, column ${column}`}`
  return new ConfigError('CSV_INVALID', message, { field, ...details })
}

/**
 * Reads a CSV file whose first line names its columns.
 *
 * @param ragged whether lines may have more or fewer cells than the header
 * @throws ConfigError `FILE_UNREADABLE` when it cannot be read, `FILE_TOO_LARGE` above 64 MiB or a million lines,
 *   `CSV_INVALID` when a line has more than 2^20 characters, its cells are not separated by commas, a line has more or fewer
 *   cells than the header, a quote is never closed, a column has no name or the name of another, or there is no row.
 */
export function readCsv(file: string, { ragged = false } = {}): CsvTable {
  const [header, ...rows] = parseRows(file, ragged)
  const columns = header?.cells ?? []
  const known = new Set<string>()
  columns.forEach((column, index) => {
    if (column !== '' && known.size < known.add(column).size) return
    throw csvError({ file }, column === '' ? 'A column has no name.' : 'Two columns have the same name.', {
      line: header?.line ?? 1,
      column: column || `number ${index + 1}`,
      remedy: 'Give every column a name of its own.',
    })
  })
  if (rows.length > 0) return { file, columns, rows }
  throw csvError({ file }, 'There are no readings.', {
    line: 1,
    expected: 'a line of column names and at least one line of readings',
    received: header ? 'column names only' : 'an empty file',
    remedy: 'Give a file with at least one reading.',
  })
}

/**
 * Reads a CSV file without a header: its lines, however many cells each has.
 *
 * @throws ConfigError as {@link readCsv}, but for what it asks of a header.
 */
export function readHeadless(file: string): CsvRow[] {
  const rows = parseRows(file, true)
  if (rows.length > 0) return rows
  throw csvError({ file }, 'The file has no lines.', {
    line: 1,
    expected: 'one line at least',
    received: 'an empty file',
    remedy: 'Give a file with at least one line.',
  })
}

function parseRows(file: string, ragged: boolean): CsvRow[] {
  const text = readText(file)
  checkDelimiter(file, text)
  try {
    const records = parse(text, {
      bom: true,
      trim: true,
      info: true,
      skip_empty_lines: true,
      relax_column_count: ragged,
      max_record_size: MAX_LINE,
      to: MAX_LINES + 1,
    })
    if (records.length > MAX_LINES) throw tooLong(file)
    return (records as unknown as { info: { lines: number }; record: string[] }[]).map(
      ({ info, record }) => ({
        line: info.lines,
        cells: record,
      }),
    )
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause
    const line = typeof cause.lines === 'number' ? cause.lines : 1
    throw csvError({ file }, 'The file is no well-formed CSV.', {
      line,
      received: cause.message,
      remedy: 'Give every line as many commas as the first one, and close every quote.',
      cause,
    })
  }
}

function tooLong(file: string): ConfigError {
  return new ConfigError('FILE_TOO_LARGE', 'The file is too long.', {
    field: file,
    expected: `at most ${MAX_LINES} lines`,
    received: 'more',
    remedy: 'Split it.',
  })
}

/** Spreadsheets write semicolons where the decimal separator is a comma. */
function checkDelimiter(file: string, text: Buffer): void {
  const [header = ''] = text
    .subarray(0, MAX_HEADER_BYTES)
    .toString()
    .trimStart()
    .split(/[\r\n]/, 1)
  const [delimiter] = /[;\t]/.exec(header) ?? []
  if (delimiter === undefined || header.includes(',')) return
  throw csvError({ file }, 'The cells are not separated by commas.', {
    line: 1,
    expected: 'commas between the cells, and points in the numbers',
    received: delimiter === ';' ? 'semicolons' : 'tabs',
    remedy: 'Save the file with a comma as separator and a point in decimal numbers.',
  })
}

function readText(file: string): Buffer {
  try {
    return readBounded(file, MAX_FILE_BYTES)
  } catch (cause) {
    if (cause instanceof ConfigError) throw cause
    throw fileError('FILE_UNREADABLE', file, cause)
  }
}
