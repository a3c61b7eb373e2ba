/** What this agent knows, and what an answer costs. Change it: the rest of the project keeps what it promises. */

/** What an answer costs, in millionths of a test dollar. */
export const PRICE = 20_000n
/** For how many seconds an answer holds. */
export const HOLDS = 3_600n
/** How many answers a customer may owe at a time: what one that goes away can cost. */
export const CREDIT = 4
/** What answers for its word, in millionths of a test dollar. */
export const STAKE = 50_000_000n

const QUESTION = /^(-?\d{1,2}(?:\.\d+)?) (\d{4}-\d{2}-\d{2})$/
/** Minutes of an hour angle of one degree. */
const MINUTES = 4
/** The tilt of the Earth's axis in degrees, and the day of the year at which the sun is lowest in the north. */
const [TILT, SOLSTICE] = [23.44, -10]

/**
 * How long the sun is up, by the declination of the sun as a cosine over the year; right to some minutes.
 *
 * @param question latitude and date: `48.26 2026-06-21`
 * @returns minutes, in words
 * @throws Error when the question is none; its asker pays nothing then
 */
export function answer(question: string): string {
  const [, degrees = '', date = ''] = QUESTION.exec(question) ?? []
  const time = Date.parse(`${date}T00:00Z`)
  const latitude = Number(degrees)
  if (degrees === '' || Number.isNaN(time) || Math.abs(latitude) > 90) {
    throw new Error(`no latitude and date, such as 48.26 2026-06-21: ${question}`)
  }
  const day = (time - Date.UTC(Number(date.slice(0, 4)), 0, 1)) / 86_400_000 + 1
  const declination = -TILT * Math.cos((2 * Math.PI * (day - SOLSTICE)) / 365)
  const cosine = -Math.tan(radians(latitude)) * Math.tan(radians(declination))
  // Beyond the polar circles the sun may stay up, or down.
  const half = (Math.acos(Math.min(1, Math.max(-1, cosine))) * 180) / Math.PI
  return `${Math.round(2 * half * MINUTES)} minutes of daylight`
}

function radians(degrees: number): number {
  return (degrees * Math.PI) / 180
}
