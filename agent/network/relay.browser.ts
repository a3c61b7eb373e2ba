import { notInBrowsers } from '../platform/not-in-browsers.ts'
import type * as relay from './relay.ts'

export const startRelay: typeof relay.startRelay = async () => {
  throw notInBrowsers('startRelay', 'Run `mesh relay` on a machine that others can reach.')
}
