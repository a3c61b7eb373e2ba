import { Argument, Command } from 'commander'
import { helpText } from './help-text.ts'

const SHELLS = ['bash', 'zsh', 'fish'] as const
type Shell = (typeof SHELLS)[number]

/** `mesh completion`: the script by which a shell completes commands and options. @param program all of which it knows */
export function completionCommand(program: Command): Command {
  return new Command('completion')
    .description('print the script by which a shell completes commands and options')
    .addArgument(new Argument('<shell>', 'which one').choices(SHELLS))
    .addHelpText(
      'after',
      helpText({
        notes: `
Put the line of your shell into its start-up file, ~/.bashrc or ~/.zshrc; for fish it is called once.`,
        examples: [
          'source <(mesh completion bash)',
          'source <(mesh completion zsh)',
          'mesh completion fish > ~/.config/fish/completions/mesh.fish',
        ],
      }),
    )
    .action(async (shell: Shell) => {
      const { completionsOf } = await import('./completion/words.ts')
      const { bashScript, zshScript } = await import('./completion/bash.ts')
      const { fishScript } = await import('./completion/fish.ts')
      const scripts = { bash: bashScript, zsh: zshScript, fish: fishScript }
      process.stdout.write(scripts[shell](completionsOf(program)))
    })
}
