import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { z } from 'zod'
import { ConfigError } from '../../protocol/errors.ts'
import { readJson } from '../json-file.ts'

/** What a home can be called. */
export const HOME = /^[A-Za-z0-9_-]{1,48}$/

const tokensSchema = z
  .record(z.string().regex(HOME, 'letters, digits, - and _, at most 48'), z.string())
  .refine((tokens) => Object.keys(tokens).length > 0, 'at least one home')

/**
 * The token of each home, from a file; where there is none it is made, for its owner alone to read.
 *
 * @throws ConfigError `TOKENS_INVALID` when there is no file and no home, or there are both but not the same homes; what
 *   {@link readJson} throws.
 */
export async function tokensOf(file: string, homes: readonly string[] = []): Promise<Map<string, string>> {
  const isThere = existsSync(file)
  if (!isThere) {
    const bad = homes.find((home) => !HOME.test(home))
    if (homes.length === 0 || bad !== undefined) {
      throw invalid('--home', 'names in letters, digits, - and _, at most 48', bad ?? 'none')
    }
    const made = Object.fromEntries(homes.map((home) => [home, randomBytes(16).toString('hex')]))
    // `wx`: what came to be there in the meantime is not overwritten.
    await writeFile(file, `${JSON.stringify(made, undefined, 2)}\n`, { mode: 0o600, flag: 'wx' })
  }
  const tokens = readJson(file, tokensSchema, '{"home": "token", ...}; remove it to have one made')
  const unknown = homes.find((home) => !(home in tokens))
  if (unknown !== undefined) throw invalid('--home', `one of ${Object.keys(tokens).join(', ')}`, unknown)
  return new Map(Object.entries(tokens))
}

function invalid(field: string, expected: string, received: string): ConfigError {
  return new ConfigError('TOKENS_INVALID', 'There are no tokens for these homes.', {
    field,
    expected,
    received,
    remedy: 'Name each home by --home, or give a file with a token for each.',
  })
}
