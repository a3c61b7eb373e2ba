import { IDBDatastore } from 'datastore-idb'
import type { PeerDatastore } from './node.ts'
import { directoryInUse, peerStoreDamaged } from './peer-store-faults.ts'

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

/** Holds a lock until it is released, or the page goes. @returns undefined when somebody else holds it */
function hold(name: string): Promise<(() => void) | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<(() => void) | undefined>()
  navigator.locks
    .request(name, { ifAvailable: true }, (lock) => {
      if (lock === null) return resolve(undefined)
      const { promise: held, resolve: release } = Promise.withResolvers<void>()
      resolve(release)
      return held
    })
    .catch(reject)
  return promise
}
