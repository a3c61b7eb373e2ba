import type { Blobs } from './blobs.ts'

/** Blobs of an agent that keeps nothing: they end with the process. What is written is not copied. */
export function memoryBlobs(): Blobs {
  const blobs = new Map<string, { bytes: Uint8Array; writtenAt: number }>()
  return {
    list: async () =>
      [...blobs].map(([name, { bytes, writtenAt }]) => ({ name, size: bytes.length, writtenAt })),
    read: async (name) => blobs.get(name)?.bytes,
    async write(name, bytes) {
      blobs.set(name, { bytes, writtenAt: Date.now() })
    },
    async remove(name) {
      blobs.delete(name)
    },
  }
}
