import type { Browser } from 'playwright-core'
import { type ServedMarket, serveMarket } from '../../test/indexer/support/api.ts'
import { openBrowser, spreadOf } from './browser.ts'

const ROUNDS = 20

/** Tells when something that fits stands in the page, by its own clock, which begins with the navigation. */
const WATCH = (selector: string) => `
  globalThis.ready = new Promise((resolve) => {
    const look = () => document.querySelector(${JSON.stringify(selector)}) !== null && resolve(performance.now())
    new MutationObserver(look).observe(document, { childList: true, subtree: true })
    addEventListener('DOMContentLoaded', look)
  })`

/** The first view with an empty cache, until its figures stand there, beside a page without a script. */
export async function load(): Promise<object[]> {
  const served: ServedMarket = await serveMarket()
  for (let i = 0; i < 20; i++) await served.market.trade(served.buyer, served.seller)
  await served.caughtUp()
  const browser = await openBrowser()
  const { url } = served.indexer
  const times: Record<string, number[]> = { 'a page without a script': [], 'the dashboard': [] }
  for (let round = 0; round < ROUNDS; round++) {
    times['a page without a script']?.push(await timeOf(browser, `${url}/api`, 'table'))
    times['the dashboard']?.push(await timeOf(browser, url, '.figures'))
  }
  await browser.close()
  await served.stop()
  const plain = spreadOf(times['a page without a script'] ?? []).median
  return Object.entries(times).map(([page, found]) => {
    const spread = spreadOf(found)
    return { page, ...spread, ratio: (spread.median / plain).toFixed(1) }
  })
}

async function timeOf(browser: Browser, url: string, selector: string): Promise<number> {
  const context = await browser.newContext()
  const page = await context.newPage()
  await page.addInitScript(WATCH(selector))
  await page.goto(url)
  const time = await page.evaluate<number>('ready')
  await context.close()
  return time
}
