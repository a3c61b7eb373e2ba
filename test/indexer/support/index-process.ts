/** An index in a process of its own, so that it can be killed. Tells its parent each committed block. */
import { startIndex } from './index-of.ts'

process.once('message', async ([rpcUrl, deployment, place]: Parameters<typeof startIndex>) => {
  const { index } = await startIndex(rpcUrl, deployment, place)
  process.send?.(index.cursor.number)
  // Who waits for the next block would wait for ever.
  index.events.once('failure', () => {
    throw index.failure
  })
  index.events.on('commit', () => process.send?.(index.cursor.number))
})
process.once('disconnect', () => process.exit())
