import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A directory for the files of one test suite, removed after it. Call it inside a `describe`. */
export function temporaryDirectory(): {
  write(name: string, content: string | Uint8Array): string
  path(name: string): string
} {
  const directory = mkdtempSync(join(tmpdir(), 'mesh-test-'))
  after(() => rmSync(directory, { recursive: true, force: true }))
  const path = (name: string) => join(directory, name)
  return {
    path,
    write(name, content) {
      writeFileSync(path(name), content)
      return path(name)
    },
  }
}
