import { closing, isSettled, refining, tickOf } from '../../market/auction-phases.ts'
import { sleep } from '../../platform/timers.ts'
import type { HeldAuction } from './held-auction.ts'

/** How long an auction may take. */
export interface PhaseTimes {
  /** Milliseconds; see `RideMarketInit.period`. */
  period: number
  /** Unix milliseconds at which it ends, whatever moves. */
  latest: number
  /** Unix milliseconds. */
  now: () => number
}

/** Takes an auction through its phases. @throws what `signal` was aborted with */
export async function runPhases(auction: HeldAuction, times: PhaseTimes, signal: AbortSignal): Promise<void> {
  const { period, now } = times
  const refined = refining(now(), period)
  await sleep(Math.max(refined - now(), 0), signal)
  auction.refine()
  const { earliest, latest } = closing(refined, period)
  const last = Math.min(latest, times.latest)
  for (let tick = earliest; ; tick += tickOf(period)) {
    await sleep(Math.max(tick - now(), 0), signal)
    if (isSettled(auction, period) || tick + tickOf(period) > last) break
  }
  auction.close()
}
