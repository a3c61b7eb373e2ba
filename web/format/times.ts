const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' })
const hours = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', timeZone: 'UTC' })
const days = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  timeZone: 'UTC',
})

/** Time of day where the reader is. @param time ISO 8601 */
export function timeOfDay(time: string | null): string {
  return time === null ? '–' : formatted(clock, new Date(time), '–')
}

/** Unix seconds as an instant of UTC. @example utc('1615184100') // '8 Mar 2021, 06:15 UTC' */
export function utc(seconds: string | number | bigint): string {
  const date = new Date(Number(seconds) * 1_000)
  if (Number.isNaN(date.getTime())) return `second ${seconds}`
  return `${days.format(date)}, ${hours.format(date)} UTC`
}

/** A slot of delivery. @example slotOf('1615184100', '1615185000') // '06:15–06:30 UTC' */
export function slotOf(start: string, end: string): string {
  const of = (seconds: string) => formatted(hours, new Date(Number(seconds) * 1_000), `second ${seconds}`)
  return `${of(start)}–${of(end)} UTC`
}

/** @example lasting(90_000) // '1 min' */
export function lasting(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1_000)
  if (seconds < 60) return `${seconds} s`
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min`
  if (seconds < 86_400) return `${Math.floor(seconds / 3_600)} h`
  return `${Math.floor(seconds / 86_400)} d`
}

/** Strangers may name any second of 64 bits; those beyond the year 275760 are no date. */
function formatted(format: Intl.DateTimeFormat, date: Date, otherwise: string): string {
  return Number.isNaN(date.getTime()) ? otherwise : format.format(date)
}
