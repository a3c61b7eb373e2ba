import { notInBrowsers } from '../platform/not-in-browsers.ts'
import type * as runs from './run-module.ts'

export const runModule: typeof runs.runModule = async () => {
  throw notInBrowsers('runModule', 'Sell computing from Node: a page has no process to run a module in.')
}
