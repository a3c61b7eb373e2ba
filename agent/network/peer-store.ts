import { mkdir } from 'node:fs/promises'
import { LevelDatastore } from 'datastore-level'
import { ConfigError } from '../../protocol/errors.ts'

/** Where a node keeps whom it knows; to be closed after the node has stopped. */
export type PeerDatastore = LevelDatastore

/** Name, below the agent's directory, of the folder of the peer store. */
export const PEER_STORE = 'peers'

/**
 * Opens the store of peers on disk, whose lock keeps a second process out of an agent's directory.
 *
 * @param path folder, made where there is none
 * @throws ConfigError `DIRECTORY_IN_USE` when it is open already, in this process or in another;
 *   `PEER_STORE_DAMAGED` when it cannot be read
 */
export async function openPeerStore(path: string): Promise<PeerDatastore> {
  await mkdir(path, { recursive: true, mode: 0o700 })
  const store = new LevelDatastore(path)
  try {
    // Its own `open` drops the cause.
    await store.db.open()
    return store
  } catch (cause) {
    throw isLocked(cause) ? inUse(path, cause) : damaged(path, cause)
  }
}

function isLocked(error: unknown): boolean {
  return error instanceof Error && (error.cause as NodeJS.ErrnoException | undefined)?.code === 'LEVEL_LOCKED'
}

function inUse(path: string, cause: unknown): ConfigError {
  return new ConfigError('DIRECTORY_IN_USE', 'The directory belongs to an agent that is running.', {
    field: path,
    remedy:
      'End the other process, or give this agent a `directory` of its own: two would sign against each other. One that keeps nothing takes `directory: false`.',
    cause,
  })
}

function damaged(path: string, cause: unknown): ConfigError {
  return new ConfigError('PEER_STORE_DAMAGED', 'The peers that are remembered cannot be read.', {
    field: path,
    remedy: 'Remove this folder: peers are found again by the bootstrap list.',
    cause,
  })
}
