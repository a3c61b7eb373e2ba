import { wrongFile } from '../support/files.ts'

/** Rates by the minute, without a gap inside a line of the file; minutes may be missing, as at night and on holidays. */
export interface History {
  /** First and last minute, minutes since 1970 UTC. */
  readonly first: number
  readonly last: number
  /** As the file writes them, so that nothing is rounded. */
  readonly rates: ReadonlyMap<number, string>
}

const LINE = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}Z),(\d+(?:\.\d+)?)$/

/**
 * Reads a file of lines like `2024-01-02T10:00Z,1.10394` below the header `time,rate`, the earliest first.
 *
 * @throws ConfigError `FILE_INVALID`, which names the line
 */
export function readHistory(text: string, file: string): History {
  const [header, ...lines] = text.trimEnd().split(/\r?\n/)
  const wrong = (line: number, expected: string, received: string | undefined) =>
    wrongFile(file, { place: `line ${line}`, expected, received })
  if (header !== 'time,rate') throw wrong(1, 'the header time,rate', header)
  const rates = new Map<number, string>()
  let last = Number.NEGATIVE_INFINITY
  for (const [index, line] of lines.entries()) {
    const [, time = '', rate = ''] = LINE.exec(line) ?? []
    const minute = minuteOf(time)
    if (minute === undefined) throw wrong(index + 2, 'a line like 2024-01-02T10:00Z,1.10394', line)
    if (minute <= last) throw wrong(index + 2, 'a minute after the one before', line)
    rates.set(minute, rate)
    last = minute
  }
  const [first] = rates.keys()
  if (first === undefined) throw wrong(2, 'at least one rate', 'nothing')
  return { first, last, rates }
}

/**
 * Answers a question, which is a minute such as `2024-01-02T10:00Z`, with the rate as the file writes it.
 *
 * @throws Error when it is no minute, or nothing is known of it: such an answer costs nothing
 */
export function answerTo({ rates }: History, question: string): string {
  const rate = rates.get(minuteOf(question) ?? Number.NaN)
  if (rate === undefined)
    throw new Error(`no rate is known for ${question}: ask for a minute, like 2024-01-02T10:00Z`)
  return rate
}

/** A minute as people write it. */
export function timeOf(minute: number): string {
  return `${new Date(minute * 60_000).toISOString().slice(0, 16)}Z`
}

/** @returns undefined when it is none, such as one of the 30th of February */
function minuteOf(time: string): number | undefined {
  const minute = Date.parse(time) / 60_000
  return Number.isInteger(minute) && timeOf(minute) === time ? minute : undefined
}
