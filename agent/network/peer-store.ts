import { mkdir } from 'node:fs/promises'
import { LevelDatastore } from 'datastore-level'
import { directoryInUse, peerStoreDamaged } from './peer-store-faults.ts'

/**
 * Opens the store of peers on disk, whose lock keeps a second process out of an agent's directory.
 *
 * @param path folder, made where there is none
 * @throws ConfigError `DIRECTORY_IN_USE` when it is open already, in this process or in another;
 *   `PEER_STORE_DAMAGED` when it cannot be read
 */
export async function openPeerStore(path: string): Promise<LevelDatastore> {
  await mkdir(path, { recursive: true, mode: 0o700 })
  const store = new LevelDatastore(path)
  try {
    // Its own `open` drops the cause.
    await store.db.open()
    return store
  } catch (cause) {
    throw isLocked(cause) ? directoryInUse(path, cause) : peerStoreDamaged(path, cause)
  }
}

function isLocked(error: unknown): boolean {
  return error instanceof Error && (error.cause as NodeJS.ErrnoException | undefined)?.code === 'LEVEL_LOCKED'
}
