/** An index with its API in a process of its own, so that it can be killed. Tells its parent its URL. */
import type { NetworkDescriptor } from '../../../agent/index.ts'
import { startIndexer } from '../../../indexer/index.ts'
import type { StorePlace } from '../../../indexer/store/store.ts'

process.once('message', async ([network, place]: [NetworkDescriptor, StorePlace]) => {
  const webhooks = { local: true, backoff: () => 20 }
  const { url } = await startIndexer({ network, pollInterval: 20, webhooks, ...place })
  process.send?.(url)
})
process.once('disconnect', () => process.exit())
