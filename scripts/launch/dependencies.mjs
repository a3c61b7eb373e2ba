import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { childEnvironment } from './environment.mjs'
import { LaunchError } from './messages.mjs'
import { installFlags, npmPath } from './npm.mjs'
import { nodePath } from './pinned-node.mjs'
import { root } from './root.mjs'

const stamp = join(root, 'node_modules', '.mesh-installed')
/** npm's own record of what it installed, which it writes last. */
const record = join(root, 'node_modules', '.package-lock.json')
const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'))
const sections = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies', 'overrides']

function wantedHash() {
  const manifest = readJson(join(root, 'package.json'))
  return createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .update(JSON.stringify(sections.map((section) => manifest[section] ?? {})))
    .digest('hex')
}

const names = (list, value) => list === undefined || [list].flat().includes(value)

function belongsHere({ os, cpu, libc }) {
  const glibc = process.platform === 'linux' && process.report.getReport().header.glibcVersionRuntime
  return names(os, process.platform) && names(cpu, process.arch) && names(libc, glibc ? 'glibc' : 'musl')
}

/**
 * Whether somebody's own `npm install` left exactly what the lock file says. An optional package may be missing only
 * where its platform is another one: npm under an old Node leaves out some that we need.
 */
function isInstalled() {
  if (!existsSync(record)) return false
  const lock = readJson(join(root, 'package-lock.json')).packages
  const manifest = readJson(join(root, 'package.json'))
  const have = readJson(record).packages
  const sameWishes = sections
    .filter((section) => section !== 'overrides')
    .every((section) => JSON.stringify(manifest[section] ?? {}) === JSON.stringify(lock[''][section] ?? {}))
  return (
    sameWishes &&
    Object.entries(lock).every(([path, wanted]) => {
      const found = have[path]
      if (path === '') return true
      if (found === undefined) return wanted.optional === true && !(wanted.os && belongsHere(wanted))
      return found.version === wanted.version && found.integrity === wanted.integrity
    })
  )
}

/** Whether node_modules is not what package-lock.json and package.json ask for. */
export function dependenciesPending() {
  const hash = wantedHash()
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return false
  if (!isInstalled()) return true
  writeFileSync(stamp, hash)
  return false
}

/** What is about to be done, for the user. */
export const dependenciesTask = () => 'installing the dependencies (npm ci)'

/**
 * Installs what the lock file names. npm runs under the pinned Node too: under an older one it silently leaves out
 * optional packages that ask for a newer.
 * @param {(file: string, args: string[], options: object) => Promise<number>} run runs a command of the set-up
 * @throws {LaunchError} when npm fails
 */
export async function installDependencies(run) {
  const hash = wantedHash()
  // Before anything is taken away: without npm what is there stays usable.
  const npm = npmPath()
  rmSync(stamp, { force: true })
  rmSync(record, { force: true })
  const code = await run(nodePath(), [npm, 'ci', ...installFlags], {
    cwd: root,
    env: childEnvironment(),
  })
  if (code !== 0) {
    throw new LaunchError(
      `npm ci failed (exit code ${code})`,
      'see what npm says above; it needs the package registry, and a package-lock.json that fits package.json',
    )
  }
  mkdirSync(join(root, 'node_modules'), { recursive: true })
  writeFileSync(stamp, hash)
}
