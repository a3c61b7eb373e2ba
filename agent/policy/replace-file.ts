import { open, rename } from 'node:fs/promises'
import { dirname } from 'node:path'

/**
 * Replaces a file by another text, as a whole or not at all: a crash at any point leaves the old one or the new one.
 * Source: Pillai et al., "All File Systems Are Not Created Equal" (OSDI 2014), section 2: write, fsync, rename, fsync the folder.
 */
export async function replaceFile(path: string, text: string): Promise<void> {
  const draft = `${path}.draft`
  await write(draft, text)
  await rename(draft, path)
  const folder = await open(dirname(path), 'r')
  // Where folders cannot be synchronised, renaming is all that can be done.
  await folder.sync().catch(() => undefined)
  await folder.close()
}

async function write(path: string, text: string): Promise<void> {
  const file = await open(path, 'w', 0o600)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
}
