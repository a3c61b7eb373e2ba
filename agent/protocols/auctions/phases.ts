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

/** How often in a tick this agent looks whether it can hear at all. */
const BEATS = 8
/** How many beats it may be late: a machine that stands still longer has heard nothing, and that is not quiet. */
const STALLED = 2

/** Takes an auction through its phases. @throws what `signal` was aborted with */
export async function runPhases(auction: HeldAuction, times: PhaseTimes, signal: AbortSignal): Promise<void> {
  const { period, now } = times
  const refined = refining(now(), period)
  await sleep(Math.max(refined - now(), 0), signal)
  auction.refine()
  const { earliest, latest } = closing(refined, period)
  const last = Math.min(latest, times.latest)
  const tick = tickOf(period)
  for (let beat = 1; ; beat++) {
    const due = refined + (beat * tick) / BEATS
    await sleep(Math.max(due - now(), 0), signal)
    if (now() - due > (STALLED * tick) / BEATS) auction.stir()
    const mayEnd = beat % BEATS === 0 && due >= earliest
    if (mayEnd && (isSettled(auction, period) || due + tick > last)) break
  }
  auction.close()
}
