import type { Page } from 'playwright-core'
import { type ServedMarket, serveMarket } from '../../../indexer/support/api.ts'
import { removeDataDirs } from '../../../indexer/support/index-of.ts'
import { type Dashboard, startDashboard } from './dashboard.ts'

/** A market of its own, one of whose views is open in Chromium. */
export interface WatchedView extends ServedMarket {
  dashboard: Dashboard
  page: Page
}

/** As `describe`, with the view of a path open from the suite's own `before` on. */
export function onView(title: string, path: string, suite: (watched: WatchedView) => void): void {
  describe(title, function () {
    this.timeout(120_000)
    const watched = {} as WatchedView

    before(async function () {
      watched.dashboard = await startDashboard(this)
      Object.setPrototypeOf(watched, await serveMarket())
      watched.page = await watched.dashboard.open(watched.indexer.url + path)
    })
    after(async () => {
      await watched.dashboard?.close()
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
