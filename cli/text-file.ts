import { readFileSync } from 'node:fs'
import { fileError } from '../community/file-error.ts'

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
    throw fileError('FILE_UNREADABLE', nameOf(file), cause)
  }
}
