import type { Deployment } from '../../protocol/deployment.ts'
import { get } from '../api/get.ts'
import { onEvents } from '../api/live.ts'
import { once } from '../api/once.ts'
import { WalletFault } from './fault.ts'

/** Which chain the market is on, and how to ask it. */
export interface Network {
  deployment: Deployment
  /** JSON-RPC of the chain; undefined where the page comes from elsewhere than the chain's own machine. */
  rpcUrl?: string
}

const known = once(() => get<Network>('/v1/network').then(({ data }) => data))

// After a reset the market may be on another chain, where what was known would be signed for nobody, or for others.
onEvents((events) => {
  if (events.some(({ type }) => type === 'reset')) known.forget()
})

/** The market's network, asked for once until the market is reset. @throws ApiFault */
export function network(): Promise<Network> {
  return known.get()
}

/** Where the chain is asked. @throws WalletFault when the market does not say, as to pages of other origins */
export function rpcUrlOf({ rpcUrl }: Network): string {
  if (rpcUrl !== undefined) return rpcUrl
  throw new WalletFault(
    'The market does not tell this page where its chain is.',
    'Open the page on the machine that the market runs on, or use a wallet that knows the chain.',
  )
}
