/**
 * Breaks one guard of the contracts at a time, in a copy, and sees whether the tests notice:
 *
 *     npm run mutate              # all of them, some half an hour
 *     npm run mutate -- Ledger    # those of files whose name contains this
 *
 * Names the test that noticed, and ends with 1 when a mutant survives. That every guard is found in its file exactly
 * once, the unit tests see too, so the list cannot go stale unnoticed.
 */
import { spawnSync } from 'node:child_process'
import { cpSync, globSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Mutant } from './mutation/mutant.ts'
import { mutants } from './mutation/mutants.ts'

const root = join(import.meta.dirname, '..')
/** What a run of the tests needs of the project; what they import of agent/ and protocol/ included. */
const PARTS = [
  'contracts',
  'test/contracts',
  'agent',
  'protocol',
  'hardhat.config.ts',
  'package.json',
  'tsconfig.json',
]
const HARDHAT = join(root, 'node_modules/hardhat/dist/src/cli.js')
/** How long one compilation with its tests may take, in milliseconds. */
const TIMEOUT = 300_000

function copyProject(): string {
  const copy = mkdtempSync(join(tmpdir(), 'mesh-mutants-'))
  for (const part of PARTS) cpSync(join(root, part), join(copy, part), { recursive: true })
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
  return copy
}

function runHardhat(copy: string, args: readonly string[], timeout?: number) {
  return spawnSync(process.execPath, [HARDHAT, ...args], { cwd: copy, encoding: 'utf8', timeout })
}

/** Compiles everything once, so that a mutant compiles what it changes alone. */
function compile(copy: string): void {
  const { status, stderr } = runHardhat(copy, ['build', '--no-tests'])
  if (status !== 0) throw new Error(`the contracts do not compile:\n${stderr}`)
}

interface Verdict {
  /** A mutant that is not found, does not compile, has no tests or outlasts them proves nothing. */
  word: 'caught' | 'SURVIVED' | 'INVALID'
  /** The title of the test that failed. */
  by?: string
}

/** Runs the tests of a mutant up to the first that fails. */
function runTests(copy: string, names: readonly string[]): Verdict {
  const files = names.map((name) => globSync(`test/contracts/${name}{.ts,/**/*.ts}`, { cwd: copy }))
  if (files.some(({ length }) => length === 0)) return { word: 'INVALID' }
  const { status, stdout } = runHardhat(copy, ['test', 'mocha', '--bail', ...files.flat()], TIMEOUT)
  if (status === 0) return { word: 'SURVIVED' }
  const by = /^\s+1\) (.*)$/m.exec(stdout)?.[1]
  return by === undefined || /Timeout of \d+ms exceeded/.test(stdout)
    ? { word: 'INVALID' }
    : { word: 'caught', by }
}

function judge(copy: string, { file, find, replace, tests }: Mutant): Verdict {
  const path = join(copy, 'contracts', file)
  const source = readFileSync(path, 'utf8')
  if (source.split(find).length !== 2) return { word: 'INVALID' }
  try {
    writeFileSync(
      path,
      source.replace(find, () => replace),
    )
    return runTests(copy, tests)
  } finally {
    writeFileSync(path, source)
  }
}

// Those of one file in a row: whatever was restored is compiled again.
const chosen = mutants
  .filter(({ file }) => file.includes(process.argv[2] ?? ''))
  .toSorted((a, b) => a.file.localeCompare(b.file))
const copy = copyProject()
let missed = 0
try {
  compile(copy)
  for (const [index, mutant] of chosen.entries()) {
    const { word, by } = judge(copy, mutant)
    if (word !== 'caught') missed++
    const place = `${String(index + 1).padStart(3)}/${chosen.length}`
    console.log(`${place} ${word.padEnd(8)} ${mutant.file}: ${mutant.fault}${by ? ` (${by})` : ''}`)
  }
} finally {
  rmSync(copy, { recursive: true, force: true })
}
console.log(`${chosen.length - missed} of ${chosen.length} mutants were caught.`)
process.exitCode = missed === 0 ? 0 : 1
