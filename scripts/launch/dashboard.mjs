import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { childEnvironment } from './environment.mjs'
import { LaunchError } from './messages.mjs'
import { nodePath } from './pinned-node.mjs'
import { root } from './root.mjs'
import { sourceHash } from './source-hash.mjs'
import { toolPath } from './tools.mjs'

const folder = join(root, 'web')
const stamp = join(folder, 'dist', '.mesh-built')
/** What the page imports, itself and by an agent in it. */
const SOURCES = ['web', 'protocol', 'agent']

function hashNow() {
  const files = SOURCES.flatMap((name) =>
    readdirSync(join(root, name), { recursive: true })
      .filter((file) => /\.(ts|tsx|js|css|html|svg)$/.test(file) && !file.startsWith('dist'))
      .sort()
      .map((file) => join(root, name, file)),
  )
  return sourceHash([...files, join(root, 'package-lock.json')])
}

/** Whether the dashboard, or what it is built with, changed since the last build. */
export function dashboardPending() {
  if (!existsSync(folder)) return false
  return !existsSync(stamp) || readFileSync(stamp, 'utf8') !== hashNow()
}

/** What is about to be done, for the user. */
export const dashboardTask = () => 'building the dashboard'

/**
 * Builds the dashboard to `web/dist`, from where the API of a clone serves it.
 * @param {(file: string, args: string[], options: object) => Promise<number>} run runs a command of the set-up
 * @throws {LaunchError} when it does not build
 */
export async function buildDashboard(run) {
  const hash = hashNow()
  rmSync(stamp, { force: true })
  const args = [toolPath('vite'), 'build', folder, '--logLevel', 'error']
  if ((await run(nodePath(), args, { cwd: root, env: childEnvironment() })) !== 0) {
    throw new LaunchError('the dashboard does not build', 'see what Vite says above')
  }
  writeFileSync(stamp, hash)
}
