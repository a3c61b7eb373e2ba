import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Page } from 'playwright-core'
import { EVENT_TYPES } from '../../indexer/views/live-event.ts'
import { startBusyMarket } from '../index/busy-market.ts'
import { openBrowser, spreadOf } from './browser.ts'
import { play, signTraffic } from './traffic.ts'

const SECONDS = 10
/** Logs of the market's history, so that there is something to draw. */
const HISTORY = 2_000
/** Milliseconds after which an event that has not come is taken for lost. */
const PATIENCE = 10_000
const EMPTY = '/empty'
const VIEWS = { 'the dashboard': '/', 'its energy view': '/energy' }

/** Notes when each event of the stream comes to who listens to it; the page listens to each name once. */
const COUNT = `(() => {
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

/** Listens to all that the dashboard does, and does nothing with it. */
const LISTEN = `new Promise((resolve) => {
  const source = new EventSource('/v1/stream')
  for (const type of ${JSON.stringify(EVENT_TYPES)}) source.addEventListener(type, () => {})
  source.onopen = resolve
})`

/**
 * Intents and trades at a rate, indexed and told to a page by SSE: how many of them come, and how smoothly it draws meanwhile.
 * What makes them, the chain, the index and the browser each have a process of their own.
 *
 * @param rate events a second, a multiple of four
 */
export async function events(rate = '200'): Promise<object[]> {
  const perSecond = Number(rate)
  if (!Number.isInteger(perSecond / 4) || perSecond <= 0)
    throw new Error(`no rate, or no multiple of 4: ${rate}`)
  const busy = await startBusyMarket(HISTORY)
  const { market } = busy
  const index = fork(join(import.meta.dirname, 'index-process.ts'), { serialization: 'advanced' })
  index.send(market.network)
  const [url] = (await once(index, 'message')) as [string]
  const browser = await openBrowser()
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } })
  await context.addInitScript(COUNT)
  const page = await context.newPage()
  const quiet = () => sleep(SECONDS * 1_000, undefined)
  const rows: object[] = []

  async function busyRow(name: string) {
    const traffic = await signTraffic(busy, perSecond * SECONDS)
    rows.push({
      page: name,
      ...(await measure(page, () => play(traffic, SECONDS, { index, rpcUrl: market.rpcUrl }))),
    })
  }

  await page.route(url + EMPTY, (route) => route.fulfill({ contentType: 'text/html', body: '' }))
  await page.goto(url + EMPTY)
  rows.push({ page: 'an empty page', ...(await measure(page, quiet)) })
  await page.evaluate(LISTEN)
  await busyRow('an empty page that listens')
  for (const [name, path] of Object.entries(VIEWS)) {
    await page.goto(url + path)
    await page.getByText('Live', { exact: true }).waitFor()
    rows.push({ page: `${name}, quiet`, ...(await measure(page, quiet)) })
    await busyRow(`${name}, busy`)
  }
  await browser.close()
  index.disconnect()
  await busy.stop()
  return rows
}

/** What came to the page while something happened, and the times between its frames, in milliseconds. */
async function measure(
  page: Page,
  during: () => Promise<undefined | { events: number; seconds: number }>,
): Promise<object> {
  await page.evaluate(WATCH)
  const offered = await during()
  const gaps = await page.evaluate<number[]>('gaps')
  const frames = {
    frames: gaps.length,
    ...spreadOf(gaps),
    'over 50 ms': gaps.filter((gap) => gap > 50).length,
  }
  if (offered === undefined) return frames
  const deadline = performance.now() + PATIENCE
  const countOf = () => page.evaluate<number>('came.length')
  while ((await countOf()) < offered.events && performance.now() < deadline) await sleep(100)
  const came = await page.evaluate<number[]>('came.map((at) => at - begin)')
  const inTime = came.filter((at) => at < offered.seconds * 1_000).length
  return {
    'offered/s': Math.round(offered.events / offered.seconds),
    'came/s': Math.round(inTime / offered.seconds),
    'came later': came.length - inTime,
    'never came': offered.events - came.length,
    ...frames,
  }
}
