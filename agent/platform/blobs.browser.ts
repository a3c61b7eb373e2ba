import { type DBSchema, openDB } from 'idb'
import type * as blobs from './blobs.ts'

/** Blobs by name, with when they were written. */
interface Schema extends DBSchema {
  blobs: { key: string; value: { bytes: Uint8Array<ArrayBuffer>; writtenAt: number } }
}

export const openBlobs: typeof blobs.openBlobs = async (path) => {
  const database = await openDB<Schema>(`@mesh/sdk ${path}`, 1, {
    upgrade: (fresh) => void fresh.createObjectStore('blobs'),
  })
  return {
    async list() {
      const found: blobs.StoredBlob[] = []
      for await (const { key, value } of database.transaction('blobs').store) {
        found.push({ name: key, size: value.bytes.length, writtenAt: value.writtenAt })
      }
      return found
    },
    read: async (name) => (await database.get('blobs', name))?.bytes,
    async write(name, bytes, isDurable) {
      const writing = database.transaction('blobs', 'readwrite', {
        durability: isDurable ? 'strict' : 'relaxed',
      })
      await writing.store.put({ bytes: Uint8Array.from(bytes), writtenAt: Date.now() }, name)
      await writing.done
    },
    remove: (name) => database.delete('blobs', name),
  }
}
