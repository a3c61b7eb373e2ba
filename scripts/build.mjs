/**
 * Compiles the package to `dist/`: Node strips no types below node_modules, so what is published is JavaScript.
 *
 *     npm run build
 *     node scripts/build.mjs FOLDER    the same, to another folder
 */
import { spawnSync } from 'node:child_process'
import { cpSync, globSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'

const root = join(import.meta.dirname, '..')
const dist = resolve(process.argv[2] ?? join(root, 'dist'))

rmSync(dist, { recursive: true, force: true })
const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
const { status } = spawnSync(
  process.execPath,
  [compiler, '-p', join(root, 'tsconfig.build.json'), '--outDir', dist],
  { stdio: 'inherit' },
)
if (status !== 0) process.exit(status ?? 1)
const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js')
const dashboard = spawnSync(
  process.execPath,
  [vite, 'build', join(root, 'web'), '--outDir', join(dist, 'web'), '--logLevel', 'warn'],
  { stdio: 'inherit' },
)
if (dashboard.status !== 0) process.exit(dashboard.status ?? 1)
// Generated as JavaScript with declarations already, so the compiler leaves it where it is.
for (const file of globSync('protocol/wire/*_pb.*', { cwd: root })) cpSync(join(root, file), join(dist, file))
