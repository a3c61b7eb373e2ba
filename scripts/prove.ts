/**
 * Proves properties of the contracts' arithmetic for all inputs, by the SMTChecker of the Solidity compiler:
 *
 *     npm run prove              # all of them, some six minutes on two cores
 *     npm run prove -- Median    # those of files or contracts whose name contains this
 *
 * Each contract in `proofs/` states one property of the libraries that are deployed. Ends with 1 unless all are
 * proved, and those that are false are refuted.
 */
import { execFile } from 'node:child_process'
import { globSync, readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { type Harness, parseHarnesses } from './prove/harness.ts'
import type { Verdict } from './prove/verdict.ts'

const root = join(import.meta.dirname, '..')
/** How long one proof may take, in milliseconds. */
const LIMIT = 180_000
/** Stack in KiB: the compiler recurses through unrolled loops. A main thread usually has 8 MiB. */
const STACK = 7000

/** @returns what became of a property; a proof that does not end in time is killed */
async function prove(
  harness: Harness,
): Promise<Verdict | { outcome: 'timed out' | 'failed'; detail: string }> {
  const script = fileURLToPath(new URL('./prove/process.ts', import.meta.url))
  const args = [
    '--disable-warning=ExperimentalWarning',
    `--stack-size=${STACK}`,
    script,
    JSON.stringify(harness),
  ]
  try {
    const limits = { timeout: LIMIT, killSignal: 'SIGKILL' } as const
    const { stdout } = await promisify(execFile)(process.execPath, args, limits)
    return JSON.parse(stdout)
  } catch (error) {
    const { killed, stderr } = error as { killed?: boolean; stderr?: string }
    if (killed) return { outcome: 'timed out', detail: '' }
    return { outcome: 'failed', detail: stderr || String(error) }
  }
}

const wanted = process.argv[2] ?? ''
const harnesses = globSync('proofs/*.sol', { cwd: root })
  .sort()
  .flatMap((file) => parseHarnesses(file, readFileSync(join(root, file), 'utf8')))
  .filter(({ file, contract }) => basename(file).includes(wanted) || contract.includes(wanted))
const queue = harnesses.values()
let missed = 0

async function work(): Promise<void> {
  for (const harness of queue) {
    const start = performance.now()
    const { outcome, detail } = await prove(harness)
    const seconds = ((performance.now() - start) / 1000).toFixed(1)
    const isMissed = outcome !== harness.expected
    if (isMissed) missed++
    const result = `${isMissed ? '!' : ' '} ${outcome.padEnd(9)} ${harness.engine} ${seconds.padStart(5)} s`
    console.log(`${result}  ${harness.contract}: ${harness.claim}`)
    if (detail !== '') console.log(`${' '.repeat(26)}${detail}`)
  }
}

await Promise.all(Array.from({ length: availableParallelism() }, work))
console.log(`${harnesses.length - missed} of ${harnesses.length} properties came out as they should.`)
process.exitCode = missed === 0 && harnesses.length > 0 ? 0 : 1
