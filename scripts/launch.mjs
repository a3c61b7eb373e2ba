#!/usr/bin/env node
/**
 * Starts every command of a clone: sets up what is missing, then runs the command under the pinned Node
 * and leaves no process behind. Plain JavaScript without dependencies, because it runs before there are any.
 *
 *   node scripts/launch.mjs mesh ARGS...        the `mesh` command
 *   node scripts/launch.mjs test [STAGE...]     the test stages: contracts, unit, network, e2e; by its name alone, long
 *   node scripts/launch.mjs chain               a local chain on 127.0.0.1:8545, for development
 *   node scripts/launch.mjs lint|typecheck|compile|build|deploy
 *   node scripts/launch.mjs compile -v          the same, with the compiler's warnings
 *   node scripts/launch.mjs verify CHAIN_ID     publishes the sources of deployed contracts
 *   node scripts/launch.mjs gas                 what the contracts' transactions cost
 *   node scripts/launch.mjs bench NAME [PART]   a benchmark of bench/
 *   node scripts/launch.mjs docs                writes the reference in docs/ from the code
 *   node scripts/launch.mjs kernels             compiles the SIMD kernels of learning
 *   node scripts/launch.mjs prove [NAME]        proves properties of the contracts' arithmetic for all inputs
 *   node scripts/launch.mjs coverage            which of the contracts' lines the tests run
 *   node scripts/launch.mjs mutate [FILE]       whether the tests notice when a guard of a contract is broken
 *   node scripts/launch.mjs example NAME        a program of examples/
 *   node scripts/launch.mjs exec TOOL ARGS...   a tool of node_modules, attached to the keyboard
 */
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { childEnvironment } from './launch/environment.mjs'
import { LaunchError, say } from './launch/messages.mjs'
import { nodePath } from './launch/pinned-node.mjs'
import { root } from './launch/root.mjs'
import { interruption, run, superviseSignals } from './launch/run.mjs'
import { setUp } from './launch/set-up.mjs'
import { runStages } from './launch/stages.mjs'
import { toolPath } from './launch/tools.mjs'

const tellErrors = new URL('./launch/tell-errors.mjs', import.meta.url).href
const [verb = '', ...args] = process.argv.slice(2)

/** Commands of `mesh` that ask questions at a terminal. */
const ASKING = ['ride', 'reset', 'init']

const node = (file, fileArgs = [], options = {}) =>
  run(nodePath(), ['--disable-warning=ExperimentalWarning', file, ...fileArgs], {
    cwd: root,
    env: childEnvironment(),
    ...options,
  })

const tool = (name, toolArgs, options) => node(toolPath(name), toolArgs, options)

/** npm runs a script in the package's folder; a path that the user typed is relative to where he typed it. */
const userFolder = () =>
  process.env.npm_lifecycle_event && process.cwd() === root ? (process.env.INIT_CWD ?? root) : process.cwd()

/** Examples import the package by its name, which under this condition is its source: nothing has to be built. */
function runExample([name = '', ...rest]) {
  const examples = readdirSync(join(root, 'examples')).filter((folder) =>
    existsSync(join(root, 'examples', folder, 'index.ts')),
  )
  if (!examples.includes(name)) {
    throw new LaunchError(`there is no example "${name}"`, `use one of: ${examples.join(', ')}`)
  }
  const options = ['--conditions=mesh-source', `--import=${tellErrors}`]
  return run(nodePath(), [...options, join(root, 'examples', name, 'index.ts'), ...rest], {
    cwd: userFolder(),
    env: childEnvironment(),
  })
}

function runBench([name = '', ...rest]) {
  const benches = readdirSync(join(root, 'bench'))
    .filter((file) => file.endsWith('.ts'))
    .map((file) => file.replace(/\.ts$/, ''))
  if (!benches.includes(name)) {
    throw new LaunchError(`there is no benchmark "${name}"`, `use one of: ${benches.join(', ')}`)
  }
  return node(join(root, 'bench', `${name}.ts`), rest)
}

const commands = {
  mesh: () => {
    const keyboard = process.stdin.isTTY && ASKING.includes(args[0] ?? '')
    return node(join(root, 'cli', 'main.ts'), args, { cwd: userFolder(), keyboard })
  },
  test: () => runStages(args, tool),
  lint: async () =>
    (await tool('biome', ['check', '--error-on-warnings', ...args])) ||
    (await tool('solhint', ['--max-warnings', '0', '--disc', 'contracts/**/*.sol'])) ||
    tool('knip', []),
  typecheck: async () =>
    (await tool('tsc', ['--noEmit', '-p', 'tsconfig.json', ...args])) ||
    (await tool('tsc', ['--noEmit', '-p', 'tsconfig.browser.json', ...args])) ||
    tool('tsc', ['--noEmit', '-p', 'tsconfig.web.json', ...args]),
  compile: async () => 0,
  build: () => node(join(root, 'scripts', 'build.mjs'), []),
  gas: () => tool('hardhat', ['run', 'scripts/gas.ts']),
  docs: () => node(join(root, 'scripts', 'reference.ts')),
  kernels: () => node(join(root, 'scripts', 'compile-kernels.ts')),
  prove: () => node(join(root, 'scripts', 'prove.ts'), args),
  coverage: async () => {
    const env = { ...childEnvironment(), MESH_BUILD_FOLDER: join('.cache', 'coverage') }
    const code = await tool('hardhat', ['test', 'mocha', '--coverage'], { env })
    return code || node(join(root, 'scripts', 'coverage.ts'))
  },
  mutate: () => node(join(root, 'scripts', 'mutate.ts'), args),
  bench: () => runBench(args),
  example: () => runExample(args),
  chain: () => tool('hardhat', ['node', '--hostname', '127.0.0.1', ...args]),
  deploy: () => node(join(root, 'scripts', 'deploy.ts'), args),
  verify: () => node(join(root, 'scripts', 'verify-sources.ts'), args),
  exec: () => tool(args[0] ?? '', args.slice(1), { cwd: process.cwd(), keyboard: true }),
}

async function main() {
  const command = commands[verb]
  if (command === undefined) {
    throw new LaunchError(`unknown command "${verb}"`, `use one of: ${Object.keys(commands).join(', ')}`)
  }
  await setUp({ contracts: verb !== 'exec', dashboard: ['mesh', 'test'].includes(verb) })
  return command()
}

superviseSignals()
try {
  process.exitCode = interruption()?.exitCode ?? (await main())
} catch (error) {
  process.exitCode = interruption()?.exitCode ?? 1
  if (interruption() === undefined) say(error instanceof LaunchError ? error.message : error.stack)
}
