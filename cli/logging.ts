import { type Command, Option } from 'commander'

/** From the least to tell to the most. */
const LOG_LEVELS = ['silent', 'error', 'warn', 'info', 'debug'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

/** What the option of {@link withLogLevel} comes to. */
export interface LogOptions {
  logLevel: LogLevel
}

/** Gives a command the option that says how much is logged. */
export function withLogLevel(command: Command): Command {
  const option = new Option('--log-level <level>', 'how much is logged; all requests at debug')
  return command.addOption(option.choices(LOG_LEVELS).default('info'))
}
