/** The API in a process of its own, so that it has an event loop for itself: reads the database that its parent names. */
import express from 'express'
import { startIndexer } from '../../indexer/index.ts'
import { network } from './fill.ts'

process.once('message', async ({ database }: { database: string }) => {
  const indexer = await startIndexer({
    ...{ network, database, readOnly: true },
    ...{
      maxConnections: 4_000,
      connectionsPerAddress: 4_000,
      maxStreams: 2_000,
      readsPerMinute: 1_000_000_000,
    },
  })
  const answer = await (await fetch(`${indexer.url}/v1/agreements?limit=1`)).json()
  const bare = express()
    .get('/', (_request, response) => void response.json(answer))
    .listen(0, '127.0.0.1', () => {
      const address = bare.address()
      const port = typeof address === 'object' ? address?.port : undefined
      process.send?.({ url: indexer.url, bare: `http://127.0.0.1:${port}` })
    })
})
process.once('disconnect', () => process.exit())
