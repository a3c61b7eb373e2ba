import { link, mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'

/** A file that only grows. */
export interface AppendFile {
  /** Resolves when the text is safe on disk. */
  append(text: string): Promise<void>
  close(): Promise<void>
}

/** @returns undefined when there is no such file */
export async function readText(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
}

/**
 * Makes a file, for its owner alone: as a whole or not at all, and in no other's place.
 *
 * @returns whether it did; false when there is one already
 */
export async function createText(path: string, text: string): Promise<boolean> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const draft = `${path}.${crypto.randomUUID()}`
  try {
    await write(draft, text)
    await link(draft, path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    return false
  } finally {
    await rm(draft, { force: true })
  }
}

/**
 * Replaces a file by another text, as a whole or not at all: a crash at any point leaves the old one or the new one.
 * Source: Pillai et al., "All File Systems Are Not Created Equal" (OSDI 2014), section 2: write, fsync, rename, fsync the folder.
 */
export async function replaceText(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const draft = `${path}.draft`
  await write(draft, text)
  await rename(draft, path)
  const folder = await open(dirname(path), 'r')
  // Where folders cannot be synchronised, renaming is all that can be done.
  await folder.sync().catch(() => undefined)
  await folder.close()
}

/** Opens a file to append to, and makes it where there is none. */
export async function openAppend(path: string): Promise<AppendFile> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const file = await open(path, 'a', 0o600)
  return {
    async append(text) {
      await file.appendFile(text)
      await file.datasync()
    },
    close: () => file.close(),
  }
}

/** A file that is on disk as a whole when this returns; for its owner alone. */
async function write(path: string, text: string): Promise<void> {
  const file = await open(path, 'w', 0o600)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
}
