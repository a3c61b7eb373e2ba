import { stripVTControlCharacters } from 'node:util'
import { childEnvironment } from './environment.mjs'
import { LaunchError } from './messages.mjs'

// With --exit, a handle that a test leaked cannot hold up a stage for ever.
const mocha = (jobs, ...args) => ['mocha', ['--forbid-only', '--exit', '--parallel', '--jobs', jobs, ...args]]

const stages = {
  contracts: ['hardhat', ['test']],
  unit: mocha('2', 'test/**/*.test.ts', '--ignore', 'test/contracts/**', '--ignore', 'test/e2e/**'),
  // Whole markets of many processes: on a machine that is busy with other things one may miss its time; twice is a fault.
  // They mostly wait, for windows and deadlines to pass, so that three files share two cores well.
  e2e: mocha('3', '--retries', '1', 'test/e2e/**/*.test.ts'),
}

/** The last count in a test run's output, in the words that mocha and Hardhat share. */
function lastCount(output, word) {
  const counts = [...output.matchAll(new RegExp(`^\\s*(\\d+) ${word}\\b`, 'gm'))]
  return Number(counts.at(-1)?.[1] ?? 0)
}

async function runStage([name, args], tool) {
  const env = childEnvironment()
  if (process.stdout.isTTY && env.NO_COLOR === undefined) env.FORCE_COLOR ??= '1'
  let text = ''
  const output = (chunk) => {
    process.stdout.write(chunk)
    text += chunk
  }
  const code = await tool(name, args, { env, output })
  const plain = stripVTControlCharacters(text)
  const passed = lastCount(plain, 'passing')
  // A run that failed before it could count is a failure too.
  const failed = Math.max(lastCount(plain, 'failing'), code === 0 ? 0 : 1)
  return { code, passed, failed }
}

/**
 * Runs test stages one after the other, up to the first that fails, and sums up.
 * @param {string[]} names the stages to run; none means all
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
  const total = { passed: 0, failed: 0 }
  const report = []
  let exitCode = 0
  for (const name of known.filter((stage) => names.length === 0 || names.includes(stage))) {
    const start = performance.now()
    const { code, passed, failed } = await runStage(stages[name], tool)
    total.passed += passed
    total.failed += failed
    report.push(
      `${name}: ${code === 0 ? 'passed' : 'FAILED'} in ${((performance.now() - start) / 1000).toFixed(1)} s`,
    )
    exitCode = code
    if (code !== 0) break
  }
  process.stdout.write(`${report.join('\n')}\n${total.passed} passed, ${total.failed} failed\n`)
  return exitCode
}
