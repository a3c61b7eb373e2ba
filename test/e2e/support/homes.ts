import { Household } from '../../../community/household.ts'
import type { HomeConfig } from '../../../community/messages.ts'
import type { TestMarket } from './market.ts'

/** What the grid pays and asks, minor units per kWh. */
export const LIMITS = { low: 80_000n, high: 300_000n }
/** A quarter of an hour of 2021. */
export const SLOT = { index: 0, start: 1_615_190_400, end: 1_615_191_300 }

/** Has a home join, an honest one of its own name unless `config` says otherwise. */
export async function joinHome(
  market: TestMarket,
  bootstrapPeers: string[],
  config: Partial<HomeConfig> = {},
): Promise<Household> {
  const home = new Household({
    home: { name: `home-${crypto.randomUUID()}`, strategy: { name: 'honest' }, ...config },
    network: market.descriptor(bootstrapPeers),
    directory: market.directory,
    mdns: false,
    limits: LIMITS,
    settleWithin: 60,
    onError: () => undefined,
  })
  await market.fund((await home.load()).address)
  await home.start()
  return home
}
