import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { createInterface } from 'node:readline/promises'
import { Command } from 'commander'
import { lockDirectory } from '../indexer/store/directory-lock.ts'
import { ConfigError } from '../protocol/errors.ts'
import { helpText } from './help-text.ts'
import { STATE_ROOT } from './state-root.ts'

/** `mesh reset`: removes the state of the markets that were run in this folder. */
export function resetCommand(onExit: (code: number) => void): Command {
  return new Command('reset')
    .description('remove .mesh: the keys, journals and index of the markets that ran in this folder')
    .option('-y, --yes', 'do not ask')
    .addHelpText(
      'after',
      helpText({
        examples: ['mesh reset --yes'],
      }),
    )
    .action(async ({ yes }: { yes?: boolean }) => onExit(await reset(STATE_ROOT, yes === true)))
}

async function reset(root: string, isConfirmed: boolean): Promise<number> {
  if (!existsSync(root)) {
    console.log('There is nothing to remove.')
    return 0
  }
  const lock = lockDirectory(root, 'End the market that runs in this folder, then reset it.')
  try {
    if (!isConfirmed && !(await confirm(`Remove ${root} with the homes' keys?`))) {
      console.log('Nothing was removed.')
      return 1
    }
    await rm(root, { recursive: true, force: true })
    console.log(`Removed ${root}`)
    return 0
  } finally {
    lock.release()
  }
}

async function confirm(question: string): Promise<boolean> {
  if (!process.stdin.isTTY) {
    throw new ConfigError('NOT_CONFIRMED', 'There is nobody to ask whether the state may be removed.', {
      field: '--yes',
      remedy: 'Say so with --yes.',
    })
  }
  using answers = createInterface({ input: process.stdin, output: process.stderr })
  return /^y(es)?$/i.test((await answers.question(`${question} [y/N] `)).trim())
}
