import { dirname, isAbsolute, join } from 'node:path'

/** A path that a file names, which is relative to it, as one that is relative to where the file itself is. */
export function beside(file: string, path: string): string {
  return isAbsolute(path) ? path : join(dirname(file), path)
}
