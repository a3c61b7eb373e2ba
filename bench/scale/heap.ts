import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')
const collect: () => void = runInNewContext('gc')

/** What a process holds after everything that is not used was collected. Bytes; minutes since it began. */
export interface HeapSample {
  minutes: number
  heap: number
  /** Buffers outside of the heap. */
  external: number
  resident: number
}

export function sampleHeap(minutes: number): HeapSample {
  // What finalizers let go in the first run is collected in the second.
  collect()
  collect()
  const { heapUsed, external, rss } = process.memoryUsage()
  return { minutes, heap: heapUsed, external, resident: rss }
}

/** A line through points, by least squares. */
export interface Fit {
  slope: number
  /** Half of the width of the slope's 95 % confidence interval. */
  margin: number
  mean: number
}

/** @param points three or more, of which the noise is independent */
export function fitLine(points: readonly (readonly [x: number, y: number])[]): Fit {
  const count = points.length
  const meanOf = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / count
  const [x, y] = [meanOf(points.map(([at]) => at)), meanOf(points.map(([, value]) => value))]
  const spread = points.reduce((sum, [at]) => sum + (at - x) ** 2, 0)
  const slope = points.reduce((sum, [at, value]) => sum + (at - x) * (value - y), 0) / spread
  const residue = points.reduce((sum, [at, value]) => sum + (value - y - slope * (at - x)) ** 2, 0)
  return { slope, margin: 1.96 * Math.sqrt(residue / (count - 2) / spread), mean: y }
}
