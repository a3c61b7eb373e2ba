import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { relative, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { packageRoot } from '../../community/package-root.ts'
import { ConfigError } from '../../protocol/errors.ts'

const packer = fileURLToPath(new URL('scripts/pack.mjs', packageRoot))

/**
 * What a project says that it depends on.
 *
 * @param folder of the project
 * @param spec a file or folder that there is, or what else npm takes; by default this package: packed into the project where it
 *   is a clone, else its version
 * @param say hears what takes some time
 * @throws ConfigError `PACK_FAILED` when a clone cannot be packed
 */
export async function dependencyOn(
  { spec, version, folder }: { spec: string | undefined; version: string; folder: string },
  say: (step: string) => void,
): Promise<string> {
  if (spec !== undefined) return existsSync(spec) ? `file:${pathFrom(folder, spec)}` : spec
  if (!existsSync(packer)) return version
  say('Compiling the SDK and its dashboard, and packing them: half a minute or so')
  const begun = performance.now()
  const file = await pack(folder)
  say(`Packed ${file} in ${Math.ceil((performance.now() - begun) / 1000)} s`)
  return `file:./${file}`
}

/** Packs the clone into a folder. @returns the file's name */
async function pack(folder: string): Promise<string> {
  const child = spawn(process.execPath, [packer, folder], { stdio: ['ignore', 'pipe', 'pipe'] })
  let [printed, faults] = ['', '']
  child.stdout.on('data', (chunk) => {
    printed += chunk
  })
  child.stderr.on('data', (chunk) => {
    faults += chunk
  })
  const [code] = await once(child, 'close')
  const file = printed.trim().split('\n').at(-1) ?? ''
  if (code === 0 && existsSync(resolve(folder, file))) return file
  throw new ConfigError('PACK_FAILED', 'The SDK could not be built and packed.', {
    field: packer,
    received: `exit code ${code}: ${(faults || printed).trim()}`,
    remedy: 'Mend what is named, or give a package that was packed before with --sdk FILE.',
  })
}

function pathFrom(folder: string, file: string): string {
  const path = relative(resolve(folder), resolve(file)).split(sep).join('/')
  return path.startsWith('..') ? path : `./${path}`
}
