import type { Command } from 'commander'

/**
 * Gives a command and those below it what holds of all: the settings of the one above, `-v`, and that a misspelt option is told
 * before a missing one.
 */
export function withConventions(command: Command, parent: Command): Command {
  command.copyInheritedSettings(parent)
  command.helpCommand(false)
  if (command.commands.length === 0) {
    // Where -v says more than that, the command has its own.
    if (command.options.every(({ long }) => long !== '--verbose')) {
      command.option('-v, --verbose', 'tell the whole of an error: its causes, and where it arose')
    }
    askLateForRequired(command)
    return command
  }
  for (const child of command.commands) withConventions(child, command)
  const names = command.commands.map((child) => child.name()).join(', ')
  return command.showHelpAfterError(`Commands of ${command.name()}: ${names}. Try --help.`)
}

/** The parser asks for options that are missing first, and so would for --wh of somebody who wrote --hw. */
function askLateForRequired(command: Command): void {
  const required = command.options.filter(({ mandatory }) => mandatory)
  for (const option of required) option.makeOptionMandatory(false)
  command.hook('preAction', () => {
    const missing = required.find((option) => command.getOptionValue(option.attributeName()) === undefined)
    if (missing !== undefined) command.error(`error: required option '${missing.flags}' not specified`)
  })
}
