/** Many listeners to the live events of one API; tells its parent in batches how old each event was. */
import { get } from 'node:http'

process.once('message', async ({ url, listeners }: { url: string; listeners: number }) => {
  const latencies: number[] = []
  for (let count = 0; count < listeners; count++) await listen(url, latencies)
  process.send?.('listening')
  setInterval(() => {
    if (latencies.length > 0) process.send?.(latencies.splice(0))
  }, 100)
})
process.once('disconnect', () => process.exit())

/** Resolves when the stream has begun. */
async function listen(url: string, latencies: number[]): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  get(`${url}/v1/stream`, { agent: false }, (response) => {
    if (response.statusCode !== 200) return reject(new Error(`refused: ${response.statusCode}`))
    resolve()
    response.setEncoding('utf8').on('data', (text: string) => {
      const now = Date.now()
      for (const [, at] of text.matchAll(/"at":(\d+)/g)) latencies.push(now - Number(at))
    })
  }).once('error', reject)
  return promise
}
