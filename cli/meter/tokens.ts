import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { z } from 'zod'
import { fileError } from '../../community/file-error.ts'
import { HOME_NAME, homeNameSchema } from '../../community/home-name.ts'
import { ConfigError } from '../../protocol/errors.ts'
import { readJson } from '../json-file.ts'

const tokensSchema = z
  .record(homeNameSchema, z.string())
  .refine((tokens) => Object.keys(tokens).length > 0, 'at least one home')

/**
 * The token of each home, from a file; where there is none, new ones, for {@link writeTokens} to write.
 *
 * @throws ConfigError `TOKENS_INVALID` when there is no file and no home, or there are both but not the same homes; what
 *   {@link readJson} throws.
 */
export function tokensOf(file: string, homes: readonly string[] = []): Map<string, string> {
  if (!existsSync(file)) {
    const bad = homes.find((home) => !homeNameSchema.safeParse(home).success)
    if (homes.length === 0 || bad !== undefined) {
      const remedy = 'Name each home by --home, or give a file with a token for each.'
      throw invalid(`names in ${HOME_NAME}`, bad ?? 'none', remedy)
    }
    return new Map(homes.map((home) => [home, newToken()]))
  }
  const tokens = readJson(file, tokensSchema, '{"home": "token", ...}; remove it to have one made')
  const unknown = homes.find((home) => !(home in tokens))
  if (unknown !== undefined) {
    const remedy = `To add it, write "${unknown}": "${newToken()}" into ${file}, and begin a new CSV, for it has other columns.`
    throw invalid(`one of ${Object.keys(tokens).join(', ')}, the homes of ${file}`, unknown, remedy)
  }
  return new Map(Object.entries(tokens))
}

/** Writes tokens to a file that is not there, for its owner alone to read. @throws ConfigError `FILE_UNWRITABLE` */
export async function writeTokens(file: string, tokens: ReadonlyMap<string, string>): Promise<void> {
  const text = `${JSON.stringify(Object.fromEntries(tokens), undefined, 2)}\n`
  try {
    // `wx`: what is there, or came to be there in the meantime, is not overwritten.
    await writeFile(file, text, { mode: 0o600, flag: 'wx' })
  } catch (cause) {
    throw fileError('FILE_UNWRITABLE', file, cause)
  }
}

/** 128 random bits. */
function newToken(): string {
  return randomBytes(16).toString('hex')
}

function invalid(expected: string, received: string, remedy: string): ConfigError {
  return new ConfigError('TOKENS_INVALID', 'There are no tokens for these homes.', {
    field: '--home',
    expected,
    received,
    remedy,
  })
}
