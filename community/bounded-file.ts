import { closeSync, openSync, readSync } from 'node:fs'
import { ConfigError } from '../protocol/errors.ts'

/** As much as is read at once, in bytes. */
const CHUNK = 2 ** 20

/**
 * Reads a file to its end. Its size is counted as it is read, for pipes and devices tell none.
 *
 * @param file path, or the descriptor of a file that is open
 * @param most bytes that it may have
 * @throws ConfigError `FILE_TOO_LARGE`; what the system says when it cannot be read.
 */
export function readBounded(file: string | number, most: number): Buffer {
  const descriptor = typeof file === 'string' ? openSync(file, 'r') : file
  try {
    const chunks: Buffer[] = []
    for (let size = 0; size <= most; ) {
      const chunk = Buffer.allocUnsafe(CHUNK)
      const count = readSync(descriptor, chunk)
      if (count === 0) return Buffer.concat(chunks)
      chunks.push(chunk.subarray(0, count))
      size += count
    }
  } finally {
    if (typeof file === 'string') closeSync(descriptor)
  }
  throw new ConfigError('FILE_TOO_LARGE', 'The file is too large.', {
    field: typeof file === 'string' ? file : 'stdin',
    expected: `at most ${most} bytes`,
    remedy: 'Split it, or leave out what is not needed.',
  })
}
