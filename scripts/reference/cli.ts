import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const main = fileURLToPath(new URL('../../cli/main.ts', import.meta.url))

/** The reference of the `mesh` command: what each command says of itself by `--help`. */
export async function cliReference(): Promise<string> {
  const pages = await helpBelow([])
  const commands = pages.map(({ path, help }) => {
    const title = ['mesh', ...path].join(' ')
    return `## ${title}\n\n\`\`\`text\n${help}\n\`\`\``
  })
  return `# The command line

In a clone it is \`npm run -s mesh -- COMMAND\`, of an installed package \`npx mesh COMMAND\`. Exit codes: 0 when it worked, 1 when it
failed, 2 when the command line cannot be understood, 128 + n when signal n ended it.

${commands.join('\n\n')}`
}

interface HelpPage {
  readonly path: readonly string[]
  readonly help: string
}

/** Help of a command and of all below it, in the sequence in which they are listed. */
async function helpBelow(path: readonly string[]): Promise<HelpPage[]> {
  const { stdout } = await promisify(execFile)(process.execPath, [main, ...path, '--help'], {
    env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: '', COLUMNS: '80' },
  })
  const list = /^Commands:\n((?: .*\n|\n(?= ))*)/m.exec(stdout)?.[1] ?? ''
  const children: HelpPage[] = []
  for (const [, name = ''] of list.matchAll(/^ {2}([a-z][\w-]*)/gm)) {
    if (name !== 'help') children.push(...(await helpBelow([...path, name])))
  }
  return [{ path, help: stdout.trim() }, ...children]
}
