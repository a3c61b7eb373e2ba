/**
 * Packs the package as it would be published, and prints the file's name. It packs a copy: others may build at the same time.
 *
 *     node scripts/pack.mjs FOLDER     mesh-sdk-VERSION.tgz in that folder
 */
import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const root = join(import.meta.dirname, '..')
const target = resolve(process.argv[2] ?? '.')
const copy = mkdtempSync(join(tmpdir(), 'mesh-pack-'))
process.on('exit', () => rmSync(copy, { recursive: true, force: true }))

run([join(root, 'scripts', 'build.mjs'), join(copy, 'dist')], root)
const { files } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const published = new Set(files.map((pattern) => pattern.split('/')[0]))
published.delete('dist')
for (const name of ['package.json', 'README.md', 'LICENSE', ...published]) {
  cpSync(join(root, name), join(copy, name), { recursive: true })
}
const packing = ['pack', '--ignore-scripts', '--silent', '--pack-destination', target]
const npm = process.env.npm_execpath
// The one that started this, if it did: `npm` of PATH may be another.
if (npm?.endsWith('npm-cli.js')) run([npm, ...packing], copy)
else run(packing, copy, 'npm')

function run(args, cwd, program = process.execPath) {
  const { status } = spawnSync(program, args, { cwd, stdio: 'inherit' })
  if (status !== 0) process.exit(status ?? 1)
}
