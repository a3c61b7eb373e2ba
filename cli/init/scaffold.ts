import { cpSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { fileError } from '../../community/file-error.ts'
import { packageRoot } from '../../community/package-root.ts'
import { writeJson } from '../../community/write-json.ts'
import { ConfigError, MeshError } from '../../protocol/errors.ts'
import type { TemplateName } from './templates.ts'

const templates = fileURLToPath(new URL('templates', packageRoot))

/** What a project depends on, by name; compiler and types are for who wants it checked. */
export interface Dependencies {
  dependencies: Record<string, string>
  optionalDependencies?: Record<string, string>
  devDependencies: Record<string, string>
}

/** Scripts of single templates, beside what all have. */
const SCRIPTS: Partial<Record<TemplateName, Record<string, string>>> = {
  'data-service': { ask: 'node src/ask.ts' },
  trainer: { task: 'node src/task.ts' },
}

/**
 * Makes the folder of a project, if there is none.
 *
 * @throws ConfigError `FOLDER_NOT_EMPTY`: nothing is ever overwritten; a new repository, `.git` alone, is empty.
 *   `FILE_UNWRITABLE`
 */
export function prepareFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true })
    const found = readdirSync(folder).filter((name) => name !== '.git')
    if (found.length === 0) return
    throw new ConfigError('FOLDER_NOT_EMPTY', 'The folder is not empty, and nothing is overwritten.', {
      field: resolve(folder),
      expected: 'a new folder, or an empty one',
      received: found.slice(0, 5).join(', '),
      remedy: 'Name another folder: `mesh init my-agent`',
    })
  } catch (cause) {
    if (cause instanceof MeshError) throw cause
    throw fileError('FILE_UNWRITABLE', folder, cause)
  }
}

/**
 * Writes a project into a folder.
 *
 * @throws ConfigError `FILE_UNWRITABLE`
 */
export async function writeProject(
  folder: string,
  template: TemplateName,
  dependencies: Dependencies,
): Promise<void> {
  try {
    for (const source of ['shared', template]) cpSync(join(templates, source), folder, { recursive: true })
    // npm leaves files of that name out of a package.
    renameSync(join(folder, 'gitignore'), join(folder, '.gitignore'))
    const shared = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
    await writeJson(join(folder, 'package.json'), {
      name: projectName(folder),
      version: '0.1.0',
      ...shared,
      scripts: { ...shared.scripts, ...SCRIPTS[template] },
      ...dependencies,
    })
  } catch (cause) {
    throw fileError('FILE_UNWRITABLE', folder, cause)
  }
}

/** A name that npm takes, after the folder's. */
export function projectName(folder: string): string {
  const name = basename(resolve(folder))
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
  return name === '' ? 'mesh-agent' : name
}
