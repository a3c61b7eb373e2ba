import { Command, Option } from 'commander'
import { helpText } from './help-text.ts'
import type { InitOptions } from './init/init.ts'
import { describedTemplates, type TemplateName, templateNames } from './init/templates.ts'

/** `mesh init`: a project with an agent that runs at once. */
export function initCommand(): Command {
  const command: Command = new Command('init')
  return command
    .description('make a project with an agent that runs at once, and has a test')
    .argument('[folder]', 'new or empty', '.')
    .addOption(new Option('--template <name>', 'what kind of agent').choices(templateNames))
    .option(
      '--sdk <spec>',
      'what it depends on: a packed @mesh/sdk, its folder, or a version (default: this one)',
    )
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      helpText({
        notes: `
Templates:
${describedTemplates()}

From a clone of the repository it builds and packs the SDK into the project, which then needs the clone no more. Where the
machine's Node is older than the SDK needs, the project brings its own.`,
        examples: [
          'mesh init my-agent --template energy-seller',
          'mesh init my-agent --template trainer --sdk ./mesh-sdk-0.1.0.tgz',
        ],
      }),
    )
    .action(async (folder: string, options: Omit<InitOptions, 'template'> & { template?: TemplateName }) => {
      const template = options.template ?? (await chosen())
      if (template === undefined) {
        command.error(
          `error: required option '--template <name>' not specified. Templates:\n${describedTemplates()}`,
        )
      }
      const { init } = await import('./init/init.ts')
      await init(folder, { ...options, template })
    })
}

/** Asks on a terminal. */
async function chosen(): Promise<TemplateName | undefined> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return undefined
  const { choose } = await import('./init/choose.ts')
  return choose()
}
