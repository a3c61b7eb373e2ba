import { spawn, spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

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
  /** The first line that fits, rejected when the program ends without one. */
  line(pattern: RegExp): Promise<string>
  /** Its exit code. */
  readonly exited: Promise<number | null>
}

/** Packs the package and unpacks it as `npm install` would. */
export function emptyProject(): Project {
  const folder = mkdtempSync(join(tmpdir(), 'mesh-stranger-'))
  const tarball = pack(folder)
  const target = join(folder, 'node_modules', '@mesh', 'sdk')
  mkdirSync(target, { recursive: true })
  execute('tar', ['-xzf', tarball, '-C', target, '--strip-components', '1'])
  const manifest = JSON.parse(readFileSync(join(target, 'package.json'), 'utf8'))
  const install = (names: object) => {
    for (const name of Object.keys(names)) {
      mkdirSync(dirname(join(folder, 'node_modules', name)), { recursive: true })
      symlinkSync(join(root, 'node_modules', name), join(folder, 'node_modules', name))
    }
  }
  install(manifest.dependencies)
  const home = join(folder, 'home')
  mkdirSync(home)
  return {
    ...{ folder, tarball, installed: target, home },
    installPeers: () => install(manifest.peerDependencies),
    run(program, env) {
      cpSync(join(root, program), join(folder, program))
      return start(folder, program, { HOME: home, USERPROFILE: home, MESH_HOME: '', ...env })
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** Packs a copy: other tests may build and pack at the same time. @returns the tarball */
function pack(folder: string): string {
  const copy = join(folder, 'package')
  execute(process.execPath, [join(root, 'scripts', 'build.mjs'), join(copy, 'dist')])
  const { files }: { files: string[] } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const published = new Set(files.map((pattern) => pattern.split('/')[0] ?? ''))
  published.delete('dist')
  for (const name of ['package.json', 'README.md', 'LICENSE', ...published]) {
    cpSync(join(root, name), join(copy, name), { recursive: true })
  }
  const npm = process.env.npm_execpath
  const args = ['pack', '--ignore-scripts', '--pack-destination', folder]
  if (npm === undefined) execute('npm', args, copy)
  else execute(process.execPath, [npm, ...args], copy)
  const [tarball] = readdirSync(folder).filter((name) => name.endsWith('.tgz'))
  return join(folder, tarball ?? '')
}

function execute(command: string, args: string[], cwd = root): void {
  const { status, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' })
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stderr}`)
}

function start(folder: string, program: string, env: Record<string, string>): StrangersProgram {
  const child = spawn(process.execPath, ['--no-warnings', program], {
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
