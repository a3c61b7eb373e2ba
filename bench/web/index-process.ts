/**
 * An index with its API in a process of its own, so that what makes the events does not take its time: hands over what its
 * parent says as a mesh node does. Tells its parent its URL.
 */
import { type ReceivedIntent, startIndexer } from '../../indexer/index.ts'
import type { NetworkDescriptor } from '../../protocol/deployment.ts'
import { Loudspeaker } from '../../test/indexer/support/mesh.ts'

process.once('message', async (network: NetworkDescriptor) => {
  const mesh = new Loudspeaker(network.deployment)
  const { url } = await startIndexer({ network, gateway: mesh })
  process.on('message', (intents: ReceivedIntent[]) => {
    for (const intent of intents) mesh.repeat(intent)
  })
  process.send?.(url)
})
process.once('disconnect', () => process.exit())
