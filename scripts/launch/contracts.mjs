import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { childEnvironment } from './environment.mjs'
import { LaunchError } from './messages.mjs'
import { nodePath } from './pinned-node.mjs'
import { root } from './root.mjs'
import { sourceHash } from './source-hash.mjs'
import { toolPath } from './tools.mjs'

const stamp = join(root, 'artifacts', '.mesh-compiled')
const generator = join(root, 'scripts', 'generate-abis.ts')

/** What the compiler's output depends on; the versions stand for the sources of the packages. */
function sources() {
  const folder = join(root, 'contracts')
  if (!existsSync(folder)) return []
  const solidity = readdirSync(folder, { recursive: true })
    .filter((name) => name.endsWith('.sol'))
    .sort()
    .map((name) => join(folder, name))
  const packages = ['solc', '@openzeppelin/contracts'].map((name) =>
    join(root, 'node_modules', name, 'package.json'),
  )
  return [...solidity, join(root, 'hardhat.config.ts'), generator, ...packages]
}

const hashNow = () => sourceHash(sources())

/** Whether the contracts, or what they are compiled with, changed since the last build. */
export function contractsPending() {
  if (sources().length === 0) return false
  return !existsSync(stamp) || readFileSync(stamp, 'utf8') !== hashNow()
}

/** What is about to be done, for the user. */
export const contractsTask = () => 'compiling the contracts'

/**
 * Compiles the contracts and writes their ABIs for TypeScript. What the compiler says is shown when it fails, or with -v.
 * @param {(file: string, args: string[], options: object) => Promise<number>} run runs a command of the set-up
 * @throws {LaunchError} when the compiler or the generator fails
 */
export async function compileContracts(run) {
  const hash = hashNow()
  rmSync(stamp, { force: true })
  const node = (args, options) => run(nodePath(), args, { cwd: root, env: childEnvironment(), ...options })
  /** What the compiler says: its warnings are for whoever changes contracts. */
  const said = []
  const listen = (chunk) => said.push(chunk)
  const quietly = process.argv.includes('-v') ? {} : { output: listen, errors: listen }
  if ((await node([toolPath('hardhat'), 'build', '--no-tests'], quietly)) !== 0) {
    process.stderr.write(Buffer.concat(said))
    throw new LaunchError('the contracts do not compile', 'see what the compiler says above')
  }
  if (existsSync(generator) && (await node(['--disable-warning=ExperimentalWarning', generator])) !== 0) {
    throw new LaunchError(
      'the ABIs of the contracts could not be written',
      'see what scripts/generate-abis.ts says above',
    )
  }
  writeFileSync(stamp, hash)
}
