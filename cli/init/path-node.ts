import { spawnSync } from 'node:child_process'
import { delimiter, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { packageRoot } from '../../community/package-root.ts'

/**
 * The version of the Node that a user gets who types `node`: not the one that a clone's launcher brings.
 *
 * @returns such as `24.12.0`; undefined when there is none
 */
export function nodeOnPath(environment: NodeJS.ProcessEnv = process.env): string | undefined {
  const root = fileURLToPath(packageRoot)
  const isOwn = (folder: string) => folder !== '' && !relative(root, resolve(folder)).startsWith('..')
  const folders = (environment.PATH ?? '').split(delimiter).filter((folder) => !isOwn(folder))
  const { stdout } = spawnSync('node', ['--version'], {
    env: { ...environment, PATH: folders.join(delimiter), NODE_OPTIONS: '' },
    encoding: 'utf8',
  })
  return /^v(\d+\.\d+\.\d+)/.exec(stdout ?? '')?.[1]
}
