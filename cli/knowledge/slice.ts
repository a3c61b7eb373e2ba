import type { KnowledgeDraft } from '../../agent/index.ts'
import type { CsvTable } from '../../community/csv.ts'
import { parseInstant } from '../../community/instant.ts'
import { ConfigError, shortened } from '../../protocol/errors.ts'

/**
 * The rows of a table that begin within an interval of time, as an answer.
 *
 * @param table its first column is the start of each row
 * @param question two instants with a slash between them, half-open: `2021-03-08T06:00Z/2021-03-08T12:00Z`
 * @throws ConfigError `INTERVAL_INVALID` when it is no such interval, or no row begins within it
 */
export function sliceOf({ columns, rows }: CsvTable, question: string): KnowledgeDraft {
  const [from, to, ...others] = question.split('/').map(parseInstant)
  if (from === undefined || to === undefined || from >= to || others.length > 0) {
    throw invalid('two instants with a slash between them, the earlier one first', question)
  }
  const within = rows.filter(({ cells }) => {
    const start = parseInstant(cells[0] ?? '') ?? Number.NEGATIVE_INFINITY
    return from <= start && start < to
  })
  if (within.length === 0) {
    const [first, last] = [rows[0], rows.at(-1)].map((row) => row?.cells[0])
    throw invalid(`an interval between ${first} and ${last}`, question)
  }
  const lines = [columns, ...within.map(({ cells }) => cells)].map((cells) => cells.join(','))
  return { kind: 'dataset', contentType: 'text/csv; charset=utf-8', body: `${lines.join('\n')}\n` }
}

function invalid(expected: string, received: string): ConfigError {
  return new ConfigError('INTERVAL_INVALID', 'There are no readings of such an interval.', {
    field: '--question',
    expected,
    received: shortened(received),
    remedy: 'Write it like 2021-03-08T06:00Z/2021-03-08T12:00Z.',
  })
}
