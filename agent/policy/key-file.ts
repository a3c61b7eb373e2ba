import { link, mkdir, open, readFile, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { ConfigError } from '../../protocol/errors.ts'

/**
 * Reads an agent's private key, or makes one where there is none. The file holds 64 hexadecimal digits and is for
 * its owner alone (mode 0600).
 *
 * @returns 32 bytes
 * @throws ConfigError `KEY_FILE_INVALID` when the file holds something else; it is never overwritten.
 */
export async function loadKey(path: string): Promise<Uint8Array> {
  const existing = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (existing !== undefined) return parseKey(existing, path)
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const draft = `${path}.${crypto.randomUUID()}`
  const key = crypto.getRandomValues(new Uint8Array(32))
  try {
    await writeSafely(draft, `${Buffer.from(key).toString('hex')}\n`)
    // A link appears whole or not at all, and takes no other file's place: processes that start at once all end with
    // the key of the first, and a crash leaves no half of one.
    await link(draft, path)
    return key
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    return parseKey(await readFile(path, 'utf8'), path)
  } finally {
    await rm(draft, { force: true })
  }
}

async function writeSafely(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', 0o600)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
}

function parseKey(text: string, path: string): Uint8Array {
  const digits = text.trim()
  if (/^[0-9a-f]{64}$/i.test(digits)) return Uint8Array.from(Buffer.from(digits, 'hex'))
  throw new ConfigError('KEY_FILE_INVALID', 'A key file cannot be read.', {
    field: path,
    expected: '64 hexadecimal digits',
    received: `${digits.length} characters`,
    remedy: 'Restore it from a backup; to start with a new identity, move it away.',
  })
}
