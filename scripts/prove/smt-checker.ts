import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import solc from 'solc'
import { type Harness, isolate } from './harness.ts'
import { type Diagnostic, judge, type Verdict } from './verdict.ts'

const root = join(import.meta.dirname, '..', '..')

/**
 * What is checked of every function that a harness gets to. To CHC, arithmetic that reverts ends the call: asked about
 * it as well, it finds no end.
 */
const TARGETS = { bmc: ['assert', 'overflow', 'underflow', 'divByZero'], chc: ['assert'] }

/** Finds imports where Hardhat finds them: packages in `node_modules`, the rest from the root. */
function readImport(path: string): { contents: string } | { error: string } {
  const file = path.startsWith('@') ? join(root, 'node_modules', path) : join(root, path)
  try {
    return { contents: readFileSync(file, 'utf8') }
  } catch (error) {
    return { error: String(error) }
  }
}

/**
 * Asks the compiler's SMTChecker about one property. Blocks, possibly for ever.
 * @param harness the property
 * @param source the text of its file
 * @returns the verdict
 */
export function askSmtChecker(harness: Harness, source: string): Verdict {
  const { file, contract, engine, loops } = harness
  const content = isolate(contract, source)
  const modelChecker = {
    engine,
    contracts: { [file]: [contract] },
    solvers: ['z3'],
    targets: TARGETS[engine],
    showProvedSafe: true,
    showUnproved: true,
    // None: the process that this runs in is killed instead.
    timeout: 0,
    ...(engine === 'bmc' && { bmcLoopIterations: loops }),
  }
  const input = {
    language: 'Solidity',
    sources: { [file]: { content } },
    settings: { evmVersion: 'cancun', modelChecker },
  }
  const output: { errors?: Diagnostic[] } = JSON.parse(
    solc.compile(JSON.stringify(input), { import: readImport }),
  )
  return judge(output.errors ?? [], content)
}
