import { readFileSync } from 'node:fs'
import { Command, CommanderError } from 'commander'
import { packageRoot } from '../community/package-root.ts'
import { buyCommand } from './buy.ts'
import { err } from './colours.ts'
import { completionCommand } from './completion.ts'
import { withConventions } from './conventions.ts'
import { describeError } from './describe-error.ts'
import { doctorCommand } from './doctor.ts'
import { helpText } from './help-text.ts'
import { initCommand } from './init.ts'
import { asInvoked } from './invocation.ts'
import { knowledgeCommand } from './knowledge.ts'
import { learnCommand } from './learn.ts'
import { agentsCommand, intentsCommand, tradesCommand } from './look.ts'
import { marketCommand } from './market.ts'
import { mcpCommand } from './mcp.ts'
import { meterCommand } from './meter.ts'
import { relayCommand } from './relay.ts'
import { replayCommand } from './replay.ts'
import { resetCommand } from './reset.ts'
import { rideCommand } from './ride.ts'
import { ridesCommand } from './rides.ts'
import { serveCommand } from './serve.ts'
import { upCommand } from './up.ts'

const EXAMPLES = [
  ['mesh up', 'a market with sixteen homes, until Ctrl-C'],
  ['mesh init my-agent --template driver', 'an agent of your own that runs at once'],
  ['mesh buy energy --wh 500', 'buy from it, in another terminal'],
  ['mesh ride --from 8.2,53.1 --to 8.3,53.1', 'be driven, by whoever drives for least'],
  ['mesh trades', 'what was traded last'],
  ['mesh replay energy --slots 96', 'a real day, as fast as it goes, and what it was good for'],
  ['mesh market clear book.json', 'what a market makes of orders, and what it could have'],
  ['mesh rides match batch.json', 'who drives whom, at least cost'],
  ['mesh learn aggregate u.json --rule median', 'one model out of many, liars among them'],
  ['mesh learn round', 'agents that train a model together, and are paid for it'],
  ['mesh learn simulate', 'the same without a chain, and what attacks do to it'],
  ['mesh knowledge demo', 'answers that are paid for once, and passed on'],
  ['mesh relay', 'help agents behind NATs to be reached'],
  ['mesh serve', 'the index of a market and its API, on a PostgreSQL'],
  ['mesh mcp', "a market's tools for a language model"],
  ['mesh doctor', 'what is missing on this machine, and how to get it'],
] as const

/** Exit codes: what a command found or met, and a command line that cannot be understood. */
const FAILED = 1
const USAGE = 2

/**
 * The `mesh` command with all that are below it.
 *
 * @param onExit hears the exit code of a command that has one of its own
 */
export function createProgram(onExit: (code: number) => void): Command {
  const program = new Command('mesh')
    .description('An open marketplace in which autonomous agents trade with no middleman.')
    .version(version(), '-V, --version', 'print the version')
    .configureOutput({
      writeOut: (text) => void process.stdout.write(asInvoked(text)),
      outputError: (text, write) => write(err.red(text)),
    })
    .showHelpAfterError('Try --help.')
    .helpCommand('help [command]', 'explain a command')
    .exitOverride()
    .addHelpText(
      'after',
      helpText({
        notes: `
Exit codes:
  0        it was done
  1        what was asked for did not come about, a check failed, or something is missing: standard error says what
  2        the command line cannot be understood
  128 + n  it was ended by signal n: 130 by Ctrl-C, where that is no end in good order

Results go to standard output, all else to standard error. Colours are for terminals, and never where NO_COLOR is set.
Every command takes -v, which has it tell the whole of an error.`,
        examples: EXAMPLES.map(([line, what]) => `${line.padEnd(40)}  ${what}`),
      }),
    )
  const commands = [
    upCommand,
    initCommand,
    buyCommand,
    rideCommand,
    agentsCommand,
    intentsCommand,
    tradesCommand,
    replayCommand,
    marketCommand,
    ridesCommand,
    learnCommand,
    knowledgeCommand,
    meterCommand,
    relayCommand,
    serveCommand,
    mcpCommand,
    doctorCommand,
    resetCommand,
  ]
  for (const create of commands) program.addCommand(withConventions(create(onExit), program))
  program.addCommand(withConventions(completionCommand(program), program))
  return program
}

/**
 * Runs the `mesh` command.
 *
 * @param args the command line without program names
 * @returns the exit code: 0, 1 when the command failed, 2 when the command line cannot be understood, 128 + n when
 *   signal n ended it
 */
export async function run(args: string[]): Promise<number> {
  let exitCode = 0
  const program = createProgram((code) => {
    exitCode = code
  })
  let isVerbose = false
  program.hook('preAction', (_, command) => {
    isVerbose = command.opts().verbose === true
  })
  try {
    await program.parseAsync(args.map(asPoint), { from: 'user' })
    return exitCode
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : USAGE
    console.error(err.red(asInvoked(describeError(error, isVerbose))))
    return FAILED
  }
}

/** A point west of Greenwich begins as options do: with a space before it, it is none. */
function asPoint(argument: string): string {
  return /^-\d[\d.]*,/.test(argument) ? ` ${argument}` : argument
}

function version(): string {
  const file = readFileSync(new URL('package.json', packageRoot), 'utf8')
  return (JSON.parse(file) as { version: string }).version
}
