import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

const repository = dirname(dirname(import.meta.dirname))

/** A started launcher (or the npm in front of it) with what it wrote so far. */
export interface Started {
  readonly process: ChildProcess
  readonly pid: number
  readonly output: { stdout: string; stderr: string }
  /** Its end: the exit code, or the name of the signal that ended it. */
  readonly ended: Promise<number | string>
}

/** A small package in a temporary folder with the real launcher in it. */
export class Clone {
  readonly folder = mkdtempSync(join(tmpdir(), 'mesh-launcher-'))
  /** Where programs of the clone note what happened, a line each. */
  readonly journal = join(this.folder, 'journal.log')
  readonly #npmLog = join(this.folder, 'npm.log')
  readonly #started: Started[] = []

  constructor() {
    cpSync(join(repository, 'scripts', 'launch.mjs'), join(this.folder, 'scripts', 'launch.mjs'))
    cpSync(join(repository, 'scripts', 'launch'), join(this.folder, 'scripts', 'launch'), { recursive: true })
    const { scripts } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8'))
    const manifest = { name: 'clone', version: '1.0.0', type: 'module' }
    this.write('package.json', JSON.stringify({ ...manifest, scripts }))
    this.lock({})
    this.write('cli/main.ts', 'console.log(process.argv.slice(2).join(" "))')
    this.write('journal.log', '')
    this.write('npm.log', '')
  }

  /** Writes a file of the clone, with its folders. */
  write(path: string, content: string): void {
    mkdirSync(dirname(join(this.folder, path)), { recursive: true })
    writeFileSync(join(this.folder, path), content)
  }

  /** Writes the lock file with the given packages. */
  lock(packages: Record<string, object>): void {
    const root = { name: 'clone', version: '1.0.0' }
    this.write(
      'package-lock.json',
      JSON.stringify({ ...root, lockfileVersion: 3, packages: { '': root, ...packages } }),
    )
  }

  /** Lets the launcher find the machine's Node too old, whatever it is. */
  outdateMachineNode(): void {
    const path = join(this.folder, 'scripts', 'launch', 'pinned-node.mjs')
    const source = readFileSync(path, 'utf8')
    const changed = source.replace('oldest = [24, 12]', 'oldest = [999, 0]')
    if (changed === source)
      throw new Error('the oldest usable Node is no longer where this test looks for it')
    writeFileSync(path, changed)
  }

  /** Starts the launcher with npm replaced by the one that logs. */
  launch(args: string[], env: Record<string, string> = {}): Started {
    const launcher = join(this.folder, 'scripts', 'launch.mjs')
    const npm = join(import.meta.dirname, 'fixtures', 'npm-cli.js')
    const fake = { npm_execpath: npm, FAKE_NPM_LOG: this.#npmLog, JOURNAL: this.journal }
    return this.#start(process.execPath, [launcher, ...args], {
      env: { ...cleanEnvironment(), ...fake, ...env },
    })
  }

  /** Starts the launcher in a terminal of its own, by `script` of util-linux; its keyboard is the standard input. */
  launchInTerminal(args: string[]): Started {
    const launcher = join(this.folder, 'scripts', 'launch.mjs')
    const npm = join(import.meta.dirname, 'fixtures', 'npm-cli.js')
    // A shell that stays in between, as dash does, is in the terminal's foreground too, and ends by the Ctrl-C that the command handles.
    const command = ['exec', process.execPath, launcher, ...args].join(' ')
    return this.#start('script', ['-qefc', command, '/dev/null'], {
      env: { ...cleanEnvironment(), npm_execpath: npm, FAKE_NPM_LOG: this.#npmLog, JOURNAL: this.journal },
      stdio: 'pipe',
    })
  }

  /** Starts a script of the clone's package.json through the machine's npm, in a process group of its own. */
  npmRun(script: string, args: string[], extra: Record<string, string> = {}): Started {
    const env = { ...cleanEnvironment(), JOURNAL: this.journal, ...extra }
    return this.#start('npm', ['run', '-s', script, '--', ...args], { env, detached: true })
  }

  #start(file: string, args: string[], options: SpawnOptions): Started {
    const child = spawn(file, args, { cwd: this.folder, stdio: ['ignore', 'pipe', 'pipe'], ...options })
    const output = { stdout: '', stderr: '' }
    child.stdout?.on('data', (chunk) => (output.stdout += chunk))
    child.stderr?.on('data', (chunk) => (output.stderr += chunk))
    const ended = once(child, 'close').then(([code, signal]) => code ?? signal)
    const started = { process: child, pid: child.pid ?? 0, output, ended }
    this.#started.push(started)
    return started
  }

  /** How often the logging npm was started and came to its end, its process ids, and whether two ran at once. */
  npmRuns(): { started: number; ended: number; pids: number[]; overlap: boolean } {
    const lines = readFileSync(this.#npmLog, 'utf8').split('\n').filter(Boolean)
    const pids = lines.map((line) => Number(line.split(' ')[1]))
    const count = (word: string) => lines.filter((line) => line.startsWith(word)).length
    const distinct = [...new Set(pids)]
    // Each process's lines must stand together.
    const overlap = pids.filter((pid, i) => pid !== pids[i - 1]).length !== distinct.length
    return { started: count('start'), ended: count('end'), pids: distinct, overlap }
  }

  /** The journal's lines so far. */
  notes(): string[] {
    return readFileSync(this.journal, 'utf8').split('\n').filter(Boolean)
  }

  /** Kills what still runs, also what a failed test left behind, and removes the folder. */
  async remove(): Promise<void> {
    for (const { process: child } of this.#started) {
      child.kill('SIGKILL')
      child.stdout?.destroy()
      child.stderr?.destroy()
    }
    const noted = this.notes().flatMap((line) => /^\w+ pid (\d+)$/.exec(line)?.[1] ?? [])
    for (const pid of noted.map(Number)) if (isRunning(pid)) process.kill(pid, 'SIGKILL')
    await Promise.all(this.#started.map(({ ended }) => ended))
    rmSync(this.folder, { recursive: true, force: true })
  }
}

/** The environment of somebody who opened a terminal: nothing of the launcher or the npm that runs this test. */
function cleanEnvironment(): Record<string, string | undefined> {
  const foreign = /^npm_|^MESH_|^NODE_OPTIONS$|^INIT_CWD$|^FORCE_COLOR$/
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name)))
}

/** Whether a process runs; one that ended but was not collected by its parent does not. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
  } catch {
    return false
  }
  const stat = `/proc/${pid}/stat`
  return !existsSync(stat) || !/\) Z /.test(readFileSync(stat, 'utf8'))
}
