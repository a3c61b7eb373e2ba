import { readBounded } from '../community/bounded-file.ts'
import { fileError } from '../community/file-error.ts'
import { ConfigError } from '../protocol/errors.ts'

/** Descriptor of the standard input. */
const STDIN = 0
/** Most bytes of a text: half of what a string can hold. */
const MAX_BYTES = 256 * 2 ** 20

/** What people call a file that they named by `file`. */
export function nameOf(file: string): string {
  return file === '-' ? 'stdin' : file
}

/** The text of a file, or of standard input for `-`. @throws ConfigError `FILE_UNREADABLE`, `FILE_TOO_LARGE` above 256 MiB */
export function readText(file: string): string {
  try {
    return readBounded(file === '-' ? STDIN : file, MAX_BYTES).toString()
  } catch (cause) {
    if (cause instanceof ConfigError) throw cause
    throw fileError('FILE_UNREADABLE', nameOf(file), cause)
  }
}
