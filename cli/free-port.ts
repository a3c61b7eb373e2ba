import { once } from 'node:events'
import { createServer } from 'node:net'

/** Most ports that are tried from the first one on. */
const MOST_TRIES = 100

/** Whether a port of 127.0.0.1 can be listened at just now. */
export async function isPortFree(port: number): Promise<boolean> {
  const server = createServer()
  try {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    return true
  } catch {
    return false
  } finally {
    server.close()
  }
}

/**
 * First port of 127.0.0.1 from `port` on that is free.
 *
 * @returns 0, which lets the system choose, when a hundred in a row are taken
 */
export async function nextFreePort(port: number): Promise<number> {
  for (let tried = port; tried < port + MOST_TRIES; tried++) if (await isPortFree(tried)) return tried
  return 0
}
