import { spawn, spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { PATIENCE } from './running.ts'

const root = join(import.meta.dirname, '..', '..', '..')

/** An empty project with the published package in it, and what that depends on; nothing else of ours can be reached. */
export interface Project {
  readonly folder: string
  /** The package as it was packed, and as it was unpacked. */
  readonly tarball: string
  readonly installed: string
  /** Home of whoever runs its programs: where their agents keep what they keep. */
  readonly home: string
  /** Installs the optional peers of the package beside it. */
  installPeers(): void
  /** Runs a program of the repository there; its output can be waited for. */
  run(program: string, env: Record<string, string>): StrangersProgram
  remove(): void
}

export interface StrangersProgram {
  /** The first line that fits, rejected when the program ends, or says nothing for long, without one. */
  line(pattern: RegExp): Promise<string>
  /** Its exit code. */
  readonly exited: Promise<number | null>
  kill(): void
}

/** Packs the package and unpacks it as `npm install` would. */
export function emptyProject(): Project {
  const folder = mkdtempSync(join(tmpdir(), 'mesh-stranger-'))
  execute(process.execPath, [join(root, 'scripts', 'pack.mjs'), folder])
  const [name = ''] = readdirSync(folder).filter((each) => each.endsWith('.tgz'))
  const tarball = join(folder, name)
  const installed = unpack(tarball, folder)
  const home = join(folder, 'home')
  mkdirSync(home)
  return {
    ...{ folder, tarball, installed, home },
    installPeers: () => link(folder, installed, 'peerDependencies'),
    run(program, env) {
      cpSync(join(root, program), join(folder, program))
      return start(folder, program, { HOME: home, USERPROFILE: home, MESH_HOME: '', ...env })
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/**
 * Puts a packed package and what it depends on below the `node_modules` of a folder, without a registry.
 *
 * @returns the package's folder
 */
export function unpack(tarball: string, folder: string): string {
  const target = join(folder, 'node_modules', '@mesh', 'sdk')
  mkdirSync(target, { recursive: true })
  execute('tar', ['-xzf', tarball, '-C', target, '--strip-components', '1'])
  link(folder, target, 'dependencies')
  return target
}

/** Puts what a package names below the `node_modules` of a folder. */
function link(folder: string, installed: string, kind: 'dependencies' | 'peerDependencies'): void {
  const manifest = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'))
  for (const name of Object.keys(manifest[kind])) {
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
      const giveUp = () => reject(new Error(`waited in vain for ${pattern}:\n${output}`))
      const timer = setTimeout(giveUp, 2 * PATIENCE)
      look()
      return promise.finally(() => {
        clearTimeout(timer)
        listeners.delete(look)
      })
    },
  }
}
