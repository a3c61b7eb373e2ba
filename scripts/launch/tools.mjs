import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { LaunchError } from './messages.mjs'
import { root } from './root.mjs'

/** The package that brings each tool: node_modules/.bin holds shell scripts on some platforms. */
const packages = {
  biome: '@biomejs/biome',
  buf: '@bufbuild/buf',
  hardhat: 'hardhat',
  knip: 'knip',
  mocha: 'mocha',
  solhint: 'solhint',
  tsc: 'typescript',
  vite: 'vite',
}

/**
 * The JavaScript file behind a tool's name.
 * @param {string} name a tool's name
 * @returns {string} an absolute path
 * @throws {LaunchError} when no such tool is known or installed
 */
export function toolPath(name) {
  const folder = join(root, 'node_modules', packages[name] ?? '')
  if (packages[name] === undefined || !existsSync(folder)) {
    throw new LaunchError(`no tool "${name}"`, `use one of: ${Object.keys(packages).join(', ')}`)
  }
  const { bin } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  return join(folder, typeof bin === 'string' ? bin : bin[name])
}
