import type { NetworkDescriptor } from '../../protocol/deployment.ts'
import type { Address } from '../../protocol/types.ts'
import type { Gateway } from '../gateway.ts'
import type { Replica } from '../replica.ts'
import { readMeta } from '../store/queries/meta.ts'
import type { Store, Tx } from '../store/store.ts'
import type { Meta } from '../views/meta.ts'
import type { Webhooks } from '../webhooks/webhooks.ts'
import type { Rates } from './limits/rates.ts'
import type { Till } from './payments/till.ts'
import type { LagLimits } from './readiness.ts'
import type { Traffic } from './traffic.ts'

/** What the routes answer from. */
export interface ApiContext {
  store: Store
  /** Whether nothing may be written here. */
  isReadOnly: boolean
  replica: Replica
  network: NetworkDescriptor
  /** The mesh node behind the API; undefined where there is none. */
  gateway: Gateway | undefined
  /** Whom the index tells of events by itself; undefined where it only reads. */
  webhooks: Webhooks | undefined
  /** The market's token. */
  token: Address
  /** Unix milliseconds. */
  startedAt: number
  /** Names by which the API may be asked besides this machine's own; undefined: any, unless it is served on this machine alone. */
  allowedHosts?: readonly string[] | undefined
  /** How often one address may ask. */
  rates: Rates
  /** What a read beyond that costs, in minor units; undefined: none is sold. */
  price: bigint | undefined
  /** Most that an answer of an agent may cost that is passed on; undefined: nobody is asked. */
  servicePrice: bigint | undefined
  /** Where payments are taken. @throws as `Till.open` */
  till(): Promise<Till>
  /** Where clients reach the API, without a slash at its end. */
  url: string
  pollInterval: number
  /** How far a ready index may be behind its chain. */
  lagLimits: LagLimits
  traffic: Traffic
  /** Aborted when this process begins to stop. */
  stopping: AbortSignal
}

/** Reads data together with the block that it is true of, in one transaction. */
export async function readWithMeta<T>(
  { store }: ApiContext,
  read: (tx: Tx) => Promise<T>,
): Promise<{ data: T; meta: Meta }> {
  return store.transaction(async (tx) => {
    const { blockNumber, blockHash, chainId } = await readMeta(tx)
    return { data: await read(tx), meta: { blockNumber, blockHash, chainId } }
  })
}

/** The present in Unix seconds, by which off-chain messages expire. */
export function nowInSeconds(): bigint {
  return BigInt(Math.floor(Date.now() / 1000))
}
