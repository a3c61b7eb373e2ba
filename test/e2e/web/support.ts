import type { Browser, Page } from 'playwright-core'
import { skip } from '../../agent/support/skip.ts'
import { type ServedMarket, serveMarket } from '../../indexer/support/api.ts'
import { removeDataDirs } from '../../indexer/support/index-of.ts'
import { chromiumPath, startChromium } from '../support/browser/chromium.ts'

/** A market of its own, whose dashboard is open in Chromium. */
export interface WatchedMarket extends ServedMarket {
  page: Page
  /** What the page wrote to its console as a warning or an error. */
  complaints: string[]
  /** Paths that it loaded. */
  loaded: string[]
}

/** As `describe`, with a market and a page that are there from the suite's own `before` on. */
export function onDashboard(title: string, suite: (watched: WatchedMarket) => void): void {
  describe(title, function () {
    this.timeout(120_000)
    const watched = { complaints: [] as string[], loaded: [] as string[] } as WatchedMarket
    let browser: Browser | undefined

    before(async function () {
      const path = chromiumPath()
      if (path === undefined) {
        return skip(this, 'no Chromium here, so nothing is shown of the page: install it, or set CHROMIUM')
      }
      Object.setPrototypeOf(watched, await serveMarket())
      browser = await startChromium(path)
      watched.page = await browser.newPage({ viewport: { width: 1280, height: 900 } })
      watched.page.on('console', (message) => {
        if (['error', 'warning'].includes(message.type())) watched.complaints.push(message.text())
      })
      watched.page.on('pageerror', (error) => watched.complaints.push(String(error)))
      watched.page.on('request', (request) => watched.loaded.push(new URL(request.url()).pathname))
    })
    after(async () => {
      await browser?.close()
      await watched.stop?.()
      removeDataDirs()
    })
    suite(watched)
  })
}

/** A figure of the view by its name, such as 'Drivers'. */
export function figure(page: Page, name: string) {
  return page.locator('.figure').filter({ has: page.locator('dt', { hasText: name }) })
}
