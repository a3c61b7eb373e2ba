import type { Blobs } from './blobs.ts'

/** Blobs of an agent that keeps nothing: they end with the process. */
export function memoryBlobs(): Blobs {
  const blobs = new Map<string, { bytes: Uint8Array; writtenAt: number }>()
  return {
    list: async () =>
      [...blobs].map(([name, { bytes, writtenAt }]) => ({ name, size: bytes.length, writtenAt })),
    async read(name) {
      const blob = blobs.get(name)
      return blob && Uint8Array.from(blob.bytes)
    },
    async write(name, bytes) {
      blobs.set(name, { bytes: Uint8Array.from(bytes), writtenAt: Date.now() })
    },
    async remove(name) {
      blobs.delete(name)
    },
  }
}
