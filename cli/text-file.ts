import { readFileSync } from 'node:fs'
import { ConfigError } from '../protocol/errors.ts'

/** Descriptor of the standard input. */
const STDIN = 0

/** What people call a file that they named by `file`. */
export function nameOf(file: string): string {
  return file === '-' ? 'stdin' : file
}

/** The text of a file, or of standard input for `-`. @throws ConfigError `FILE_UNREADABLE` */
export function readText(file: string): string {
  try {
    return readFileSync(file === '-' ? STDIN : file, 'utf8')
  } catch (cause) {
    throw new ConfigError('FILE_UNREADABLE', 'The file cannot be read.', {
      field: nameOf(file),
      received: cause instanceof Error ? cause.message : String(cause),
      remedy: 'Check the path and the permissions; - is the standard input.',
      cause,
    })
  }
}
