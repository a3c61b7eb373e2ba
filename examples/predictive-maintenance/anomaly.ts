import { type Examples, linearRegression, normalDraws } from '@mesh/sdk'

/** An hour of a machine: load (share of the rated one), speed (1/min), bearing (°C), and vibration (mm/s RMS). */
export type Reading = readonly [load: number, speed: number, bearing: number, vibration: number]

/** What is normal: the vibration as the work explains it. Its parameters are what plants share. */
export const model = linearRegression(3)

/** What vibration scatters by when all is well, mm/s; and how many times that the mean of six hours may be off. */
const [SPREAD, HOURS, LIMIT] = [0.15, 6, 3]

/** Readings as the model has them: values near 0 and of about 1. @throws RangeError when a reading is not of four numbers */
export function examplesOf(readings: readonly Reading[]): Examples {
  const work = readings.flatMap(([load, speed, bearing]) => [
    load - 0.5,
    speed / 750 - 2,
    (bearing - 60) / 20,
  ])
  const targets = Float32Array.from(readings, ([, , , vibration]) => vibration - 2.5)
  if (![...work, ...targets].every(Number.isFinite)) throw new RangeError('a reading is four finite numbers')
  return { rows: readings.length, inputs: Float32Array.from(work), targets }
}

/** How far the vibration of each hour is above what a model expects, mm/s. */
export function deviations(parameters: Float32Array, readings: readonly Reading[]): number[] {
  const { inputs, targets } = examplesOf(readings)
  return Array.from(model.predict(parameters, inputs), (expected, hour) => (targets[hour] ?? 0) - expected)
}

/** The first hour at which the six hours up to it are out of the ordinary, and by how many mm/s; undefined when none is. */
export function firstAlert(parameters: Float32Array, readings: readonly Reading[]) {
  const off = deviations(parameters, readings)
  for (let hour = HOURS - 1; hour < off.length; hour++) {
    const mean = off.slice(hour - HOURS + 1, hour + 1).reduce((sum, each) => sum + each, 0) / HOURS
    if (Math.abs(mean) > LIMIT * SPREAD) return { hour, mean }
  }
  return undefined
}

/** Hours of a simulated machine, at loads of a range; a bearing that wears adds to the vibration, mm/s each hour. */
export function simulate(
  draw: () => number,
  hours: number,
  [from, to]: [number, number],
  wear = 0,
): Reading[] {
  const normal = normalDraws(draw)
  return Array.from({ length: hours }, (_, hour): Reading => {
    const [load, speed] = [from + (to - from) * draw(), 1200 + 600 * draw()]
    const explained = 0.8 + 1.5 * load + (1.2 * speed) / 1500
    return [load, speed, 40 + 35 * load + 3 * normal(), explained + wear * hour + SPREAD * normal()]
  })
}
