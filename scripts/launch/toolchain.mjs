import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { childEnvironment } from './environment.mjs'
import { LaunchError } from './messages.mjs'
import { installFlags, npmPath } from './npm.mjs'
import { isMachineNodeUsable, nodeBinary, nodeHome, nodePackage, oldest, toolchain } from './pinned-node.mjs'

/** Whether the machine's Node is too old and the pinned one is missing. */
export function toolchainPending() {
  if (isMachineNodeUsable()) return false
  const manifest = join(nodeHome(toolchain), 'package.json')
  return !existsSync(manifest) || JSON.parse(readFileSync(manifest, 'utf8')).version !== nodePackage?.version
}

/** What is about to be done, for the user. */
export const toolchainTask = () =>
  `installing Node ${nodePackage?.version} into .toolchain (this machine's is ${process.versions.node})`

/**
 * Installs the pinned Node beside its place and renames it into it, so that a killed install leaves nothing that
 * looks whole.
 * @param {(file: string, args: string[], options: object) => Promise<number>} run runs a command of the set-up
 * @throws {LaunchError} when there is no package for this platform, or it cannot be installed, or does not start
 */
export async function installToolchain(run) {
  const remedy = `install Node ${oldest.join('.')} or newer from https://nodejs.org, then start again`
  const platform = `${process.platform}-${process.arch}`
  if (nodePackage === undefined) {
    throw new LaunchError(
      `Node ${process.versions.node} is too old, and ${platform} has no packaged one`,
      remedy,
    )
  }
  const { name, version, integrity } = nodePackage
  for (const entry of readdirSync(toolchain)) {
    if (entry.startsWith('install-')) rmSync(join(toolchain, entry), { recursive: true })
  }
  const temporary = join(toolchain, `install-${process.pid}`)
  mkdirSync(temporary)
  const manifest = { name: 'toolchain', version: '1.0.0', dependencies: { [name]: version } }
  const lock = { '': manifest, [`node_modules/${name}`]: { version, integrity } }
  writeFileSync(join(temporary, 'package.json'), JSON.stringify(manifest))
  writeFileSync(
    join(temporary, 'package-lock.json'),
    JSON.stringify({ ...manifest, lockfileVersion: 3, requires: true, packages: lock }),
  )
  const options = { cwd: temporary, env: childEnvironment(process.execPath) }
  const code = await run(process.execPath, [npmPath(), 'ci', ...installFlags], options)
  if (code !== 0) {
    throw new LaunchError(
      `Node ${process.versions.node} is too old, and npm could not install ${name}@${version} (exit code ${code})`,
      `make the package registry reachable and start again, or ${remedy}`,
    )
  }
  const check = run(nodeBinary(temporary), ['--eval', ''], options).catch(() => 1)
  if ((await check) !== 0) {
    throw new LaunchError(`${name}@${version} does not start on this machine`, remedy)
  }
  rmSync(nodeHome(toolchain), { recursive: true, force: true })
  mkdirSync(join(toolchain, 'node_modules'), { recursive: true })
  renameSync(nodeHome(temporary), nodeHome(toolchain))
  rmSync(temporary, { recursive: true })
}
