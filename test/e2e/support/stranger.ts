import { spawn, spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

const root = join(import.meta.dirname, '..', '..', '..')

/** An empty project with the published package in it, and what that depends on; nothing else of ours can be reached. */
export interface Project {
  /** Home of whoever runs its programs: where their agents keep what they keep. */
  readonly home: string
  /** Runs a program of the repository there; its output can be waited for. */
  run(program: string, env: Record<string, string>): StrangersProgram
  remove(): void
}

export interface StrangersProgram {
  /** The first line that fits, rejected when the program ends without one. */
  line(pattern: RegExp): Promise<string>
  /** Its exit code. */
  readonly exited: Promise<number | null>
  kill(): void
}

/** Packs the package and unpacks it as `npm install` would. */
export function emptyProject(): Project {
  const folder = mkdtempSync(join(tmpdir(), 'mesh-stranger-'))
  execute(process.execPath, [join(root, 'scripts', 'pack.mjs'), folder])
  const [tarball = ''] = readdirSync(folder).filter((name) => name.endsWith('.tgz'))
  unpack(join(folder, tarball), folder)
  const home = join(folder, 'home')
  mkdirSync(home)
  return {
    home,
    run(program, env) {
      cpSync(join(root, program), join(folder, program))
      return start(folder, program, { HOME: home, USERPROFILE: home, MESH_HOME: '', ...env })
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** Puts a packed package and what it depends on below the `node_modules` of a folder, without a registry. */
export function unpack(tarball: string, folder: string): void {
  const target = join(folder, 'node_modules', '@mesh', 'sdk')
  mkdirSync(target, { recursive: true })
  execute('tar', ['-xzf', tarball, '-C', target, '--strip-components', '1'])
  const { dependencies } = JSON.parse(readFileSync(join(target, 'package.json'), 'utf8'))
  for (const name of Object.keys(dependencies)) {
    mkdirSync(dirname(join(folder, 'node_modules', name)), { recursive: true })
    symlinkSync(join(root, 'node_modules', name), join(folder, 'node_modules', name))
  }
}

function execute(command: string, args: string[], cwd = root): void {
  const { status, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' })
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stderr}`)
}

/** Starts a program of a folder, with what it is told besides. */
export function start(
  folder: string,
  program: string,
  env: Record<string, string>,
  args: string[] = [],
): StrangersProgram {
  const child = spawn(process.execPath, ['--no-warnings', program, ...args], {
    cwd: folder,
    env: { ...process.env, ...env },
  })
  let output = ''
  const listeners = new Set<() => void>()
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk
      if (process.env.MESH_TEST_VERBOSE !== undefined) process.stderr.write(chunk)
      for (const listener of listeners) listener()
    })
  }
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve))
  return {
    exited,
    kill: () => void child.kill('SIGKILL'),
    async line(pattern) {
      const { promise, resolve, reject } = Promise.withResolvers<string>()
      const look = () => {
        const found = output.split('\n').find((line) => pattern.test(line))
        if (found !== undefined) resolve(found)
      }
      listeners.add(look)
      exited.then(() => reject(new Error(`the stranger ended without ${pattern}:\n${output}`)))
      look()
      return promise.finally(() => listeners.delete(look))
    },
  }
}
