import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Paths in a folder of one test suite, removed after it. Call it inside a `describe`. Each path is a new one. */
export function temporaryPaths(): (name: string) => string {
  const directory = mkdtempSync(join(tmpdir(), 'mesh-test-'))
  after(() => rmSync(directory, { recursive: true, force: true }))
  let count = 0
  return (name) => join(directory, `${count++}-${name}`)
}
