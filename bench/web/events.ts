import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { EVENT_TYPES } from '../../indexer/views/event-type.ts'
import { startBusyMarket } from '../index/busy-market.ts'
import { openBrowser } from './browser.ts'
import { play, signTraffic } from './traffic.ts'
import { COUNT, WARM_UP, watch } from './watched-page.ts'

const SECONDS = 10
/** Logs of the market's history, so that there is something to draw. */
const HISTORY = 2_000
const EMPTY = '/empty'
const VIEWS = { 'the dashboard': '/', 'its energy view': '/energy' }

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
  const quiet = () => sleep(SECONDS * 1_000, { events: 0, seconds: SECONDS })
  const rows: object[] = []

  async function busyRow(name: string) {
    const seconds = WARM_UP + SECONDS
    const traffic = await signTraffic(busy, perSecond * seconds)
    rows.push({
      page: name,
      ...(await watch(page, () => play(traffic, seconds, { index, rpcUrl: market.rpcUrl }))),
    })
  }

  await page.route(url + EMPTY, (route) => route.fulfill({ contentType: 'text/html', body: '' }))
  await page.goto(url + EMPTY)
  rows.push({ page: 'an empty page', ...(await watch(page, quiet)) })
  await page.evaluate(LISTEN)
  await busyRow('an empty page that listens')
  for (const [name, path] of Object.entries(VIEWS)) {
    await page.goto(url + path)
    await page.getByText('Live', { exact: true }).waitFor()
    rows.push({ page: `${name}, quiet`, ...(await watch(page, quiet)) })
    await busyRow(`${name}, busy`)
  }
  await browser.close()
  index.disconnect()
  await busy.stop()
  return rows
}
