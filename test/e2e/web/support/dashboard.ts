import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Context } from 'mocha'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { skip } from '../../../agent/support/skip.ts'
import { chromiumPath, startChromium } from '../../support/browser/chromium.ts'

const built = join(import.meta.dirname, '..', '..', '..', '..', 'web', 'dist', 'index.html')

/** Chromium, and what its pages complained of. */
export interface Dashboard {
  /** Errors and warnings of all pages, policy violations included. */
  readonly complaints: string[]
  /** Addresses that pages asked for. */
  readonly requests: string[]
  /** Opens a page of 1280 x 900 unless the options say otherwise. */
  open(url: string, options?: BrowserContextOptions): Promise<Page>
  close(): Promise<void>
}

/** Starts Chromium, or skips the suite and says why. */
export async function startDashboard(suite: Context): Promise<Dashboard> {
  const path = chromiumPath()
  if (path === undefined) {
    skip(suite, 'no Chromium here, so nothing is shown of the dashboard: install it, or set CHROMIUM')
    throw new Error('skipped')
  }
  if (!existsSync(built)) throw new Error('the dashboard is not built: npm test builds it, or npm run mesh')
  const browser: Browser = await startChromium(path)
  const complaints: string[] = []
  const requests: string[] = []
  return {
    complaints,
    requests,
    async open(url, options = {}) {
      const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options })
      const page = await context.newPage()
      page.on('console', (message) => {
        if (['error', 'warning'].includes(message.type())) complaints.push(message.text())
      })
      page.on('pageerror', (error) => complaints.push(String(error)))
      page.on('request', (request) => requests.push(request.url()))
      await page.goto(url)
      return page
    },
    close: () => browser.close(),
  }
}
