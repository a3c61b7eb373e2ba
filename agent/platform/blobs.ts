import { mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Pieces of bytes by name, as a whole or not at all. */
export interface Blobs {
  /** What there is, in no order. */
  list(): Promise<StoredBlob[]>
  /** @returns undefined when there is none of this name; the bytes are not to be changed */
  read(name: string): Promise<Uint8Array | undefined>
  /**
   * Writes a blob, or another in its place. A crash leaves the old one, the new one, or, unless it is durable, one that
   * was torn: whoever writes so has to know it when it is read.
   *
   * @param name letters, digits, dots
   * @param bytes are not to be changed any more
   * @param isDurable whether it is safe on disk when this resolves
   */
  write(name: string, bytes: Uint8Array, isDurable: boolean): Promise<void>
  /** Removes a blob, if there is one. */
  remove(name: string): Promise<void>
}

export interface StoredBlob {
  readonly name: string
  /** Bytes. */
  readonly size: number
  /** When it was written, in milliseconds of Unix time. */
  readonly writtenAt: number
}

/** How the names of files end that are not whole. */
const DRAFT = '.draft'

/** Opens a folder of blobs, one file each, for their owner alone, and makes it where there is none. */
export async function openBlobs(path: string): Promise<Blobs> {
  await mkdir(path, { recursive: true, mode: 0o700 })
  const names = await readdir(path)
  await Promise.all(names.filter((name) => name.endsWith(DRAFT)).map((name) => rm(join(path, name))))
  return {
    async list() {
      const blobs = (await readdir(path)).map(async (name) => {
        const { size, mtimeMs } = await stat(join(path, name))
        return { name, size, writtenAt: mtimeMs }
      })
      return Promise.all(blobs)
    },
    async read(name) {
      try {
        const { buffer, byteOffset, length } = await readFile(join(path, name))
        return new Uint8Array(buffer, byteOffset, length)
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
        throw error
      }
    },
    async write(name, bytes, isDurable) {
      const draft = join(path, `${name}.${crypto.randomUUID()}${DRAFT}`)
      try {
        await writeFile(draft, bytes, { mode: 0o600, flush: isDurable })
        await rename(draft, join(path, name))
      } catch (error) {
        await rm(draft, { force: true })
        throw error
      }
      if (isDurable) await synchronise(path)
    },
    remove: (name) => rm(join(path, name), { force: true }),
  }
}

/** Makes safe that files of a folder have their names. */
async function synchronise(path: string): Promise<void> {
  const folder = await open(path, 'r')
  // Where folders cannot be synchronised, renaming is all that can be done.
  await folder.sync().catch(() => undefined)
  await folder.close()
}
