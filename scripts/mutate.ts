/**
 * Breaks one guard of the contracts at a time, in a copy, and sees whether the tests notice:
 *
 *     npm run mutate              # all of them, some ten minutes
 *     npm run mutate -- Ledger    # those of files whose name contains this
 *
 * Ends with 1 when a mutant survives. Every guard must be found in its file exactly once, so the list cannot go stale
 * unnoticed.
 */
import { spawnSync } from 'node:child_process'
import { cpSync, globSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Mutant, mutants } from './mutation/mutants.ts'

const root = join(import.meta.dirname, '..')
/** What a run of the tests needs of the project. */
const PARTS = [
  'contracts',
  'test/contracts',
  'hardhat.config.ts',
  'package.json',
  'tsconfig.json',
  'artifacts',
  'cache',
  'types',
]
/** How long one compilation with its tests may take, in milliseconds. */
const TIMEOUT = 300_000

function copyProject(): string {
  const copy = mkdtempSync(join(tmpdir(), 'mesh-mutants-'))
  for (const part of PARTS) cpSync(join(root, part), join(copy, part), { recursive: true })
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
  return copy
}

/** Runs the tests of some folders. @returns whether all passed, and what was printed */
function runTests(copy: string, folders: readonly string[]): { passed: boolean; output: string } {
  const files = folders.flatMap((folder) => globSync(`test/contracts/${folder}/**/*.ts`, { cwd: copy }))
  const hardhat = join(root, 'node_modules/hardhat/dist/src/cli.js')
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [hardhat, 'test', 'mocha', '--bail', ...files],
    {
      cwd: copy,
      encoding: 'utf8',
      timeout: TIMEOUT,
    },
  )
  return { passed: status === 0, output: `${stdout}${stderr}` }
}

/** @returns what became of a mutant, in a word; a mutant that does not compile proves nothing */
function verdict(copy: string, { file, find, replace, tests }: Mutant): 'caught' | 'SURVIVED' | 'INVALID' {
  const path = join(copy, 'contracts', file)
  const source = readFileSync(path, 'utf8')
  if (source.split(find).length !== 2) return 'INVALID'
  try {
    writeFileSync(
      path,
      source.replace(find, () => replace),
    )
    const { passed, output } = runTests(copy, tests)
    if (passed) return 'SURVIVED'
    return /\d+ failing/.test(output) ? 'caught' : 'INVALID'
  } finally {
    writeFileSync(path, source)
  }
}

const chosen = mutants.filter(({ file }) => file.includes(process.argv[2] ?? ''))
const copy = copyProject()
let missed = 0
try {
  for (const [index, mutant] of chosen.entries()) {
    const result = verdict(copy, mutant)
    if (result !== 'caught') missed++
    console.log(
      `${String(index + 1).padStart(2)}/${chosen.length} ${result.padEnd(8)} ${mutant.file}: ${mutant.fault}`,
    )
  }
} finally {
  rmSync(copy, { recursive: true, force: true })
}
console.log(`${chosen.length - missed} of ${chosen.length} mutants were caught.`)
process.exitCode = missed === 0 ? 0 : 1
