import { openBlobs } from '../../platform/blobs.ts'
import { memoryBlobs } from '../../platform/memory-blobs.ts'
import { DEFAULT_STORE_BYTES } from './constants.ts'
import { ContentStore } from './content-store.ts'

/** Name, in an agent's folder, of the folder of the content that it holds: that means the same in every network. */
const FOLDER = 'content'

/**
 * Opens the store of an agent.
 *
 * @param directory the agent's folder; undefined for one that keeps nothing
 * @param maxBytes most that is kept
 */
export async function openContentStore(
  directory: string | undefined,
  maxBytes = DEFAULT_STORE_BYTES,
): Promise<ContentStore> {
  const blobs = directory === undefined ? memoryBlobs() : await openBlobs(`${directory}/${FOLDER}`)
  return ContentStore.open(blobs, maxBytes)
}
