import type { Command } from 'commander'

/** What may be typed after a command. */
export interface Completions {
  /** The command below the program: '' for itself, such as `learn round`. */
  path: string
  description: string
  commands: { name: string; description: string }[]
  options: CompletedOption[]
}

export interface CompletedOption {
  /** With its dashes. */
  long: string
  short: string | undefined
  description: string
  takesValue: boolean
  /** What its value may be; none where that is anything. */
  choices: readonly string[]
}

/** What may be typed after a program and each of the commands below it, as they were declared. */
export function completionsOf(command: Command, path: readonly string[] = []): Completions[] {
  const help = command.createHelp()
  const commands = help.visibleCommands(command)
  const options = help.visibleOptions(command).map((option) => ({
    long: option.long ?? option.short ?? '',
    short: option.long ? option.short : undefined,
    description: firstSentence(option.description),
    takesValue: option.required || option.optional,
    choices: option.argChoices ?? [],
  }))
  const own = {
    path: path.join(' '),
    description: firstSentence(command.description()),
    commands: commands.map((each) => ({
      name: each.name(),
      description: firstSentence(each.description()),
    })),
    options,
  }
  return [own, ...commands.flatMap((each) => completionsOf(each, [...path, each.name()]))]
}

function firstSentence(text: string): string {
  return text.split(/[;:(]/)[0]?.trim() ?? ''
}
