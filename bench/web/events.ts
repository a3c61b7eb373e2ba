import { setTimeout as sleep } from 'node:timers/promises'
import type { Page } from 'playwright-core'
import { serveMarket } from '../../test/indexer/support/api.ts'
import { openBrowser, spreadOf } from './browser.ts'

const SECONDS = 10
/** How often events are sent, in milliseconds. */
const TICK = 25

/** Times between frames, and how many events the stream brought. */
const WATCH = `(() => {
  globalThis.gaps = []
  let before = performance.now()
  const frame = (now) => { gaps.push(now - before); before = now; requestAnimationFrame(frame) }
  requestAnimationFrame((now) => { before = now; requestAnimationFrame(frame) })
})()`

/** Intents at a rate, as the mesh brings them: each stored, told to the page by SSE, and drawn. @param rate a second */
export async function events(rate = '200'): Promise<object[]> {
  const perSecond = Number(rate)
  const served = await serveMarket(undefined, { maxStreams: 10 })
  const browser = await openBrowser()
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } })
  const rows: object[] = []
  await page.goto('about:blank')
  rows.push({
    page: 'a page without a script',
    'events/s': 0,
    ...(await framesOf(page, () => sleep(SECONDS * 1_000))),
  })
  await page.goto(served.indexer.url)
  await page.getByText('Live', { exact: true }).waitFor()
  rows.push({
    page: 'the dashboard, quiet',
    'events/s': 0,
    ...(await framesOf(page, () => sleep(SECONDS * 1_000))),
  })
  let [sent, lasted] = [0, 0]
  const frames = await framesOf(page, async () => {
    const begin = performance.now()
    while (performance.now() - begin < SECONDS * 1_000) {
      const due = ((performance.now() - begin) / 1_000) * perSecond
      while (sent < due) {
        served.mesh.intent(served.buyer, { quantity: BigInt(1 + (sent % 900)) })
        sent++
      }
      await sleep(TICK)
    }
    lasted = (performance.now() - begin) / 1_000
  })
  rows.push({ page: 'the dashboard, busy', 'events/s': Math.round(sent / lasted), ...frames })
  await browser.close()
  await served.stop()
  return rows
}

async function framesOf(page: Page, during: () => Promise<unknown>): Promise<object> {
  await page.evaluate(WATCH)
  await during()
  const gaps = await page.evaluate<number[]>('gaps')
  return { frames: gaps.length, ...spreadOf(gaps), 'over 50 ms': gaps.filter((gap) => gap > 50).length }
}
