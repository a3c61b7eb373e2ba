#!/usr/bin/env node
/** The `mesh` command. It looks at the version of Node before it loads anything that needs a newer one. */
import module from 'node:module'
import { checkNodeVersion } from './node-version.ts'

const outdated = checkNodeVersion(process.versions.node)
if (outdated !== undefined) {
  console.error(outdated)
  process.exit(1)
}
// Half of what a start takes is compiling; children share the cache.
module.enableCompileCache()
const [{ run }, { endWithReader }] = await Promise.all([import('./program.ts'), import('./signals.ts')])
endWithReader()
process.exitCode = await run(process.argv.slice(2))
