import type { Browser } from 'playwright-core'
import { chromiumPath, startChromium } from '../../test/e2e/support/browser/chromium.ts'

/** @throws where there is no Chromium */
export function openBrowser(): Promise<Browser> {
  const path = chromiumPath()
  if (path === undefined) throw new Error('no Chromium here: install it, or set CHROMIUM')
  return startChromium(path)
}

/** Least, median, 95th and largest of some values, to the tenth. */
export function spreadOf(values: readonly number[]): {
  min: number
  median: number
  p95: number
  max: number
} {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (share: number) =>
    Math.round(10 * (sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0)) / 10
  return { min: at(0), median: at(0.5), p95: at(0.95), max: at(1) }
}
