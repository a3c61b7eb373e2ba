import { basename } from 'node:path'
import type { Rejects } from '../agent/index.ts'
import { ConfigError } from '../protocol/errors.ts'
import { type CsvTable, csvError, readCsv } from './csv.ts'
import type { Dataset } from './dataset.ts'
import { MAX_HOMES } from './read-community.ts'
import { type HomeColumns, readSlots } from './readings.ts'

const COLUMN = /^([A-Za-z0-9_-]{1,48})_(load|pv)_wh$/

/** What a file of meter readings does not say: the tariff, in minor units per kWh, and where the homes are. */
export type Tariff = Pick<Dataset, 'retailPrice' | 'feedInPrice' | 'area'>

/**
 * Reads meter readings of one's own: a CSV with the time in its first column, `<home>_load_wh` for every home and
 * `<home>_pv_wh` for those that generate. Every home gets the honest strategy.
 *
 * @param rejects takes the rows that cannot be used, so that they are no error; see {@link readSlots}
 * @param least homes that there have to be
 * @throws ConfigError `CSV_INVALID` when the first column is not the time, another has another name, a home generates but has no load, or there
 *   are fewer homes than `least` or more than 200; and what `readCsv` and `readSlots` throw.
 *
 * @example
 * ```ts
 * readMeters('street.csv', { retailPrice: 300_000n, feedInPrice: 80_000n, area: '871f8d099ffffff' })
 * ```
 */
export function readMeters(file: string, tariff: Tariff, rejects?: Rejects, least = 2): Dataset {
  const table = readCsv(file, { ragged: rejects !== undefined })
  checkTimeColumn(table)
  const homes = new Map<string, HomeColumns>()
  const generating: { name: string; column: string }[] = []
  for (const column of table.columns.slice(1)) {
    const [, name, kind] = COLUMN.exec(column) ?? []
    if (name === undefined) {
      throw csvError(table, 'A column has a name that is not understood.', {
        line: 1,
        column,
        expected: '<home>_load_wh or <home>_pv_wh, the home in letters, digits, - and _',
        received: column,
        remedy: 'Rename the column, or remove it. The time has to be the first one.',
      })
    }
    if (kind === 'load') homes.set(name, { name, load: column })
    else generating.push({ name, column })
  }
  for (const { name, column } of generating) {
    const home = homes.get(name)
    if (!home) {
      throw csvError(table, 'A home generates, but has no load.', {
        line: 1,
        column,
        expected: `a column ${name}_load_wh`,
        remedy: 'Add it; write 0 where the home uses nothing.',
      })
    }
    home.pv = column
  }
  if (homes.size < least || homes.size > MAX_HOMES) {
    throw new ConfigError('CSV_INVALID', 'The number of homes cannot be used.', {
      field: `${file}, line 1`,
      expected: `${least} to ${MAX_HOMES} columns <home>_load_wh`,
      received: homes.size,
      remedy:
        'Name a column <home>_load_wh for each home; mesh replay energy --neighbours puts a single home among those that ship.',
    })
  }
  const list = [...homes.values()]
  return {
    name: basename(file),
    ...tariff,
    homes: list.map(({ name }) => ({ name, strategy: { name: 'honest' } })),
    slots: readSlots(table, list, rejects),
  }
}

function checkTimeColumn(table: CsvTable): void {
  const [first = ''] = table.columns
  if (!COLUMN.test(first)) return
  throw csvError(table, 'There is no time in the first column.', {
    line: 1,
    column: first,
    expected: 'the start of the slot, such as 2021-03-08T00:15Z',
    received: 'meter readings',
    remedy: 'Put a column with the time in front of the others; its name does not matter.',
  })
}
