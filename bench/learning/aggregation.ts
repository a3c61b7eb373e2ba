import { aggregationRule } from '../../agent/index.ts'
import { uniformDraws } from '../../agent/market/uniform-draws.ts'
import { spreadOf } from '../network/statistics.ts'

const SEED = 1
const UPDATES = 20
const PARAMETERS = 1_000_000
/** Of Krum, and what the trimmed mean leaves out on each side. */
const BYZANTINE = 4
const RUNS = 9
const WARM_UP = 2

/** How long each rule takes, beside a copy of all updates from one place of the memory to another. */
export async function aggregation() {
  const draw = uniformDraws(SEED)
  const updates = Array.from({ length: UPDATES }, () =>
    Float32Array.from({ length: PARAMETERS }, () => draw() - 0.5),
  )
  const copies = updates.map((update) => new Float32Array(update.length))
  const rule = (name: string) => ({
    what: name,
    run: () => void aggregationRule(name)(updates, { f: BYZANTINE }),
  })
  const ways = [
    {
      what: 'probe: copy of all updates',
      run: () => {
        for (const [index, copy] of copies.entries()) copy.set(updates[index] ?? [])
      },
    },
    ...['mean', 'median', 'trimmed-mean', 'krum'].map(rule),
  ]
  const times = ways.map((): number[] => [])
  for (let round = 0; round < WARM_UP + RUNS; round++) {
    for (const [index, { run }] of ways.entries()) {
      const begin = performance.now()
      run()
      if (round >= WARM_UP) times[index]?.push(performance.now() - begin)
    }
  }
  const spreads = times.map(spreadOf)
  const bytes = UPDATES * PARAMETERS * Float32Array.BYTES_PER_ELEMENT
  return ways.map(({ what }, index) => {
    const { p50 = 0, low = 0, high = 0, runs } = spreads[index] ?? {}
    return {
      what,
      'ms (quartiles)': `${p50.toFixed(1)} (${low.toFixed(1)} to ${high.toFixed(1)})`,
      'GB of updates/s': (bytes / p50 / 1e6).toFixed(2),
      'times the probe': (p50 / (spreads[0]?.p50 ?? 0)).toFixed(1),
      runs,
    }
  })
}
