import { mkdir, open, readFile } from 'node:fs/promises'
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
  const key = crypto.getRandomValues(new Uint8Array(32))
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  // 'wx': two processes that start at once must not end with two keys, of which one is lost.
  const file = await open(path, 'wx', 0o600)
  try {
    await file.writeFile(`${Buffer.from(key).toString('hex')}\n`)
    await file.sync()
  } finally {
    await file.close()
  }
  return key
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
