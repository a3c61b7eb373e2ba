import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { root } from './root.mjs'

/**
 * One hash for what something is made of, so that it is made again when any of it has changed.
 * @param {string[]} paths files, in an order that does not change
 */
export function sourceHash(paths) {
  const hash = createHash('sha256')
  for (const path of paths) {
    hash.update(`${path.slice(root.length)}\0`)
    if (existsSync(path)) hash.update(readFileSync(path)).update('\0')
  }
  return hash.digest('hex')
}
