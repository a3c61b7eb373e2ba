import { setTimeout as sleep } from 'node:timers/promises'
import type { CDPSession, Page } from 'playwright-core'
import { spreadOf } from './browser.ts'

/** Seconds after which the first events have come, and rates are of a market that goes on. */
export const WARM_UP = 2
/** Milliseconds after which an event that has not come is taken for lost. */
const PATIENCE = 10_000

/** For every page, before its scripts: notes when each event of the stream comes. The page listens to each name once. */
export const COUNT = `(() => {
  globalThis.came = []
  const { addEventListener } = EventSource.prototype
  EventSource.prototype.addEventListener = function (type, listener) {
    addEventListener.call(this, type, (event) => {
      came.push(performance.now())
      listener.call(this, event)
    })
  }
})()`

/** Notes the times between frames from now on, and forgets the events until now. */
const WATCH = `(() => {
  came.length = 0
  globalThis.begin = performance.now()
  const gaps = globalThis.gaps = []
  let before = begin
  const frame = (now) => {
    gaps.push(now - before)
    before = now
    if (gaps === globalThis.gaps) requestAnimationFrame(frame)
  }
  requestAnimationFrame((now) => { before = now; requestAnimationFrame(frame) })
})()`

/** What was made while a page was watched. */
export interface Offered {
  events: number
  seconds: number
}

/** What came to a page while something happened, the times between its frames in milliseconds, and how busy it was. */
export async function watch(page: Page, during: () => Promise<Offered>): Promise<object> {
  const devTools = await page.context().newCDPSession(page)
  await devTools.send('Performance.enable', { timeDomain: 'threadTicks' })
  await page.evaluate(WATCH)
  const [began, worked] = [performance.now(), await workOf(devTools)]
  const offered = await during()
  const gaps = await page.evaluate<number[]>('gaps')
  const busy = (await workOf(devTools)) - worked
  const share = busy / ((performance.now() - began) / 1_000)
  await devTools.detach()
  return {
    ...(await deliveredOf(page, offered)),
    ...{ frames: gaps.length, ...spreadOf(gaps), 'over 50 ms': gaps.filter((gap) => gap > 50).length },
    'thread busy': `${Math.round(100 * share)} %`,
  }
}

async function deliveredOf(page: Page, { events, seconds }: Offered): Promise<object> {
  const deadline = performance.now() + PATIENCE
  const countOf = () => page.evaluate<number>('came.length')
  while ((await countOf()) < events && performance.now() < deadline) await sleep(100)
  const came = await page.evaluate<number[]>('came.map((at) => (at - begin) / 1000)')
  const steady = came.filter((at) => at >= WARM_UP && at < seconds).length
  return {
    'offered/s': Math.round(events / seconds),
    'came/s': Math.round(steady / (seconds - WARM_UP)),
    'last one after, ms': Math.round(1_000 * Math.max(0, (came.at(-1) ?? 0) - seconds)),
    'never came': events - came.length,
  }
}

/** Seconds of a processor that the page's own thread has taken for scripts, styles, layout and painting. */
async function workOf(devTools: CDPSession): Promise<number> {
  const { metrics } = await devTools.send('Performance.getMetrics')
  return metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN
}
