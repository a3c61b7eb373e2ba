import { existsSync, realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { LaunchError } from './messages.mjs'

/**
 * The npm-cli.js to run under a Node of our choice: the one that started the launcher, else the one beside the
 * machine's Node. Never the `npm` of PATH, which picks its own Node.
 * @throws {LaunchError} when there is none
 */
export function npmPath() {
  const folder = dirname(process.execPath)
  const beside = join(folder, 'npm')
  const candidates = [
    process.env.npm_execpath,
    existsSync(beside) ? realpathSync(beside) : undefined,
    join(folder, '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    join(folder, 'node_modules', 'npm', 'bin', 'npm-cli.js'),
  ]
  const found = candidates.find((path) => path?.endsWith('npm-cli.js') && existsSync(path))
  if (found !== undefined) return found
  throw new LaunchError(
    `no npm was found beside ${process.execPath}`,
    'install Node together with npm, or run npm start',
  )
}

/** Flags of every install: nothing that a package wants to run, nothing that talks, development tools included. */
export const installFlags = [
  '--ignore-scripts',
  '--no-audit',
  '--no-fund',
  '--loglevel=error',
  '--include=dev',
  '--include=optional',
]
