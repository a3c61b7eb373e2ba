import { IDBDatastore } from 'datastore-idb'
import type { PeerDatastore } from './node.ts'
import { directoryInUse, peerStoreDamaged } from './peer-store-faults.ts'

/** How long a page that is being left, as when it is loaded anew, may take to let go, in milliseconds. */
const LOCK_TIMEOUT = 3_000

/** As in Node, in a database of the page's origin; a lock of that origin keeps other tabs out. */
export async function openPeerStore(path: string): Promise<PeerDatastore> {
  const release = await hold(path)
  if (release === undefined) throw directoryInUse(path)
  const store = new ReleasingDatastore(path, release)
  try {
    await store.open()
    return store
  } catch (cause) {
    release()
    throw peerStoreDamaged(path, cause)
  }
}

class ReleasingDatastore extends IDBDatastore {
  readonly #release: () => void

  constructor(path: string, release: () => void) {
    super(path)
    this.#release = release
  }

  override async close(): Promise<void> {
    await super.close()
    this.#release()
  }
}

/** Holds a lock until it is released, or the page goes. @returns undefined when somebody else goes on holding it */
function hold(name: string): Promise<(() => void) | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<(() => void) | undefined>()
  const signal = AbortSignal.timeout(LOCK_TIMEOUT)
  navigator.locks
    .request(name, { signal }, () => {
      const { promise: held, resolve: release } = Promise.withResolvers<void>()
      resolve(release)
      return held
    })
    .catch((error) => (signal.aborted ? resolve(undefined) : reject(error)))
  return promise
}
