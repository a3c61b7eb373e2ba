const ISO = new RegExp(
  [
    /^(\d{4})[-/](\d{2})[-/](\d{2})/, // date, year first
    /[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,]0+)?)?/, // time, whole seconds
    / ?(Z|UTC|([+-])(\d{2}):?(\d{2}))?$/, // zone; none means UTC
  ]
    .map((part) => part.source)
    .join(''),
  'i',
)

/**
 * Reads an instant: ISO 8601 (`2021-03-08T00:15Z`), the same with a blank, slashes, seconds or an offset, without
 * a zone (taken as UTC), or Unix time in seconds or milliseconds.
 *
 * @returns Unix seconds, or undefined when the text is no such instant or no such day exists.
 *
 * @example parseInstant('2021-03-08 01:15+01:00') // 1_615_162_500
 */
export function parseInstant(text: string): number | undefined {
  if (/^\d{9,10}$/.test(text)) return Number(text)
  if (/^\d{9,10}000$/.test(text)) return Number(text) / 1000
  const match = ISO.exec(text)
  if (!match) return undefined
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map((part) => Number(part ?? 0))
  if (hour === undefined || minute === undefined || second === undefined) return undefined
  const instant = new Date(0)
  instant.setUTCFullYear(year ?? 0, (month ?? 0) - 1, day)
  instant.setUTCHours(hour, minute, second)
  const exists = instant.getUTCMonth() + 1 === month && instant.getUTCDate() === day
  if (!exists || hour > 23 || minute > 59 || second > 59) return undefined
  const offsetMinutes = Number(match[9] ?? 0) * 60 + Number(match[10] ?? 0)
  return instant.getTime() / 1000 + (match[8] === '-' ? 60 : -60) * offsetMinutes
}

/** ISO 8601 of Unix seconds, to the minute: `2021-03-08T00:15Z`. */
export function formatInstant(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace(/:00\.000Z$/, 'Z')
}
