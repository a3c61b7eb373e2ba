import { readFileSync } from 'node:fs'
import { relative, resolve } from 'node:path'
import { packageRoot } from '../../community/package-root.ts'
import { asInvoked } from '../invocation.ts'
import { checkNodeVersion } from '../node-version.ts'
import { nodeOnPath } from './path-node.ts'
import { prepareFolder, writeProject } from './scaffold.ts'
import { dependencyOn } from './sdk.ts'
import { TEMPLATES, type TemplateName } from './templates.ts'

export interface InitOptions {
  template: TemplateName
  sdk?: string
  json?: boolean
}

/** What brings Node to a project alone, where the machine's is too old: on other platforms npm leaves it out. */
const NODE = { [`node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`]: '24.x' }

/**
 * Makes a project with an agent.
 *
 * @param folder new or empty
 * @throws ConfigError `FOLDER_NOT_EMPTY`, `FILE_UNWRITABLE`, `PACK_FAILED`
 */
export async function init(folder: string, { template, sdk, json }: InitOptions): Promise<void> {
  const { version, devDependencies } = manifest()
  prepareFolder(folder)
  const dependency = await dependencyOn({ spec: sdk, version, folder }, (step) => console.error(step))
  const machine = nodeOnPath()
  const bringsNode = machine === undefined || checkNodeVersion(machine) !== undefined
  const tools = {
    '@types/node': devDependencies['@types/node'] ?? '24.x',
    typescript: devDependencies.typescript ?? 'latest',
  }
  await writeProject(folder, template, {
    dependencies: { '@mesh/sdk': dependency },
    ...(bringsNode ? { optionalDependencies: NODE } : {}),
    devDependencies: tools,
  })
  const place = relative('.', folder)
  if (json) {
    const project = { folder: resolve(folder), template, sdk: dependency, bringsNode }
    console.log(JSON.stringify(project, undefined, 2))
    return
  }
  if (bringsNode) console.error(`${nodeNote(machine)} npm install brings one to the project alone.`)
  console.log(
    asInvoked(
      [
        `Made an agent that ${TEMPLATES[template]}. Next:`,
        ...(place === '' ? [] : [`  cd ${place}`]),
        '  npm install      downloads what the SDK needs: about a minute',
        '  npm test         tries your strategy, without a market',
        '  npm start        while `mesh up` runs in another terminal; README.md says what to see',
      ].join('\n'),
    ),
  )
}

function nodeNote(machine: string | undefined): string {
  const found = machine === undefined ? 'there is no Node on your PATH' : `the one on your PATH is ${machine}`
  return `Note: agents need Node 24.12 or newer, and ${found}:`
}

function manifest(): { version: string; devDependencies: Record<string, string> } {
  return JSON.parse(readFileSync(new URL('package.json', packageRoot), 'utf8'))
}
