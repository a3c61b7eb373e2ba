import { z } from 'zod'
import { ConfigError } from '../../protocol/errors.ts'
import { checkInput } from '../../protocol/input.ts'
import { createText, readText } from '../platform/disk.ts'
import { agentHome } from '../platform/home.ts'

const pathSchema = z.strictObject({ path: z.string().min(1) })

/**
 * Reads an agent's private key, or makes one where there is none. The file holds 64 hexadecimal digits and is for
 * its owner alone (mode 0600).
 *
 * @returns 32 bytes
 * @throws ConfigError `KEY_FILE_INVALID` when the file holds something else; it is never overwritten.
 */
export async function loadKey(path: string): Promise<Uint8Array> {
  checkInput('loadKey', pathSchema, { path })
  const existing = await readText(path)
  if (existing !== undefined) return parseKey(existing, path)
  const key = crypto.getRandomValues(new Uint8Array(32))
  const digits = Array.from(key, (byte) => byte.toString(16).padStart(2, '0')).join('')
  // Processes that start at once all end with the key of the first.
  if (await createText(path, `${digits}\n`)) return key
  return parseKey((await readText(path)) ?? '', path)
}

/** Where the key of an agent is kept. @param folder that of the agent; `MESH_HOME`, else `~/.mesh-agent`, when absent */
export function keyPath(folder: string = agentHome()): string {
  return `${folder}/key`
}

function parseKey(text: string, path: string): Uint8Array {
  const digits = text.trim()
  if (/^[0-9a-f]{64}$/i.test(digits)) {
    return Uint8Array.from({ length: 32 }, (_, index) =>
      Number.parseInt(digits.slice(2 * index, 2 * index + 2), 16),
    )
  }
  throw new ConfigError('KEY_FILE_INVALID', 'A key file cannot be read.', {
    field: path,
    expected: '64 hexadecimal digits',
    received: `${digits.length} characters`,
    remedy: 'Restore it from a backup; to start with a new identity, move it away.',
  })
}
