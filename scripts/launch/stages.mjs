import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { childEnvironment } from './environment.mjs'
import { LaunchError } from './messages.mjs'
import { testFiles } from './test-files.mjs'
import { testSeed } from './test-seed.mjs'

const reporter = join(import.meta.dirname, 'reporter.cjs')

// With --exit, a handle that a test leaked cannot hold up a stage for ever.
const mocha = (stage, jobs, ...options) => {
  const args = ['--forbid-only', '--exit', '--parallel', '--jobs', jobs, '--reporter', reporter, ...options]
  return () => ['mocha', [...args, ...testFiles(stage)]]
}

// On a machine that is busy with other things a test of real connections may miss its time, which is told; twice is a fault.
const again = ['--retries', '1']

/** What runs each, when it is to run. */
const stages = {
  contracts: () => ['hardhat', ['test']],
  unit: mocha('unit', '2'),
  network: mocha('network', '3', ...again),
  e2e: mocha('e2e', '3', ...again),
  long: mocha('long', '2', ...again),
}

/** Stages that run at the same time: tests of contracts keep one core busy. Each of the others keeps two at work by itself. */
const groups = [['contracts', 'unit'], ['network'], ['e2e'], ['long']]

/** What runs unless stages are named. */
const usual = ['contracts', 'unit', 'network', 'e2e']

/** The last count in a test run's output, in the words that mocha and Hardhat share. */
function lastCount(output, word) {
  const counts = [...output.matchAll(new RegExp(`^\\s*(\\d+) ${word}\\b`, 'gm'))]
  return Number(counts.at(-1)?.[1] ?? 0)
}

/** @param {(chunk: string) => void} print takes the output as it comes */
async function runStage(name, tool, seed, print) {
  const [command, args] = stages[name]()
  const env = { ...childEnvironment(), MESH_TEST_SEED: seed }
  if (process.stdout.isTTY && env.NO_COLOR === undefined) env.FORCE_COLOR ??= '1'
  const start = performance.now()
  let text = ''
  const output = (chunk) => {
    print(chunk)
    text += chunk
  }
  const code = await tool(command, args, { env, output })
  const seconds = ((performance.now() - start) / 1000).toFixed(1)
  const plain = stripVTControlCharacters(text)
  const passed = lastCount(plain, 'passing')
  // A run that failed before it could count is a failure too.
  const failed = Math.max(lastCount(plain, 'failing'), code === 0 ? 0 : 1)
  return { code, passed, failed, line: `${name}: ${code === 0 ? 'passed' : 'FAILED'} in ${seconds} s` }
}

/** Runs stages at the same time. What the first one prints is seen at once, what the others do when those before have ended. */
async function runTogether(names, tool, seed) {
  let before = Promise.resolve()
  const running = names.map((name) => {
    let held = ''
    let isHeld = true
    const shown = before.then(() => {
      isHeld = false
      process.stdout.write(held)
    })
    const result = runStage(name, tool, seed, (chunk) => {
      if (isHeld) held += chunk
      else process.stdout.write(chunk)
    })
    before = Promise.all([shown, result])
    return result
  })
  await before
  return Promise.all(running)
}

/**
 * Runs test stages, up to the first group of them with one that fails, and sums up.
 * @param {string[]} names the stages to run; none means all but `long`
 * @param {(name: string, args: string[], options: object) => Promise<number>} tool runs a tool
 * @returns {Promise<number>} the exit code of the first stage that failed, else 0
 * @throws {LaunchError} when there is no stage of a given name
 */
export async function runStages(names, tool) {
  const known = Object.keys(stages)
  const unknown = names.find((name) => !known.includes(name))
  if (unknown !== undefined) {
    throw new LaunchError(`no test stage "${unknown}"`, `use any of: ${known.join(', ')}`)
  }
  const seed = testSeed()
  process.stdout.write(`seed ${seed} (MESH_TEST_SEED)\n`)
  const results = []
  for (const group of groups) {
    const wanted = group.filter((name) => (names.length === 0 ? usual : names).includes(name))
    results.push(...(await runTogether(wanted, tool, seed)))
    if (results.some(({ code }) => code !== 0)) break
  }
  const sum = (field) => results.reduce((all, result) => all + result[field], 0)
  const lines = results.map(({ line }) => line)
  process.stdout.write(`${lines.join('\n')}\n${sum('passed')} passed, ${sum('failed')} failed\n`)
  return results.find(({ code }) => code !== 0)?.code ?? 0
}
