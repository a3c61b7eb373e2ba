import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Check } from '../../community/check.ts'
import { interruptible } from '../signals.ts'
import type { Progress } from './progress.ts'

/** What a market that is to leave nothing behind runs with. */
export interface TemporaryMarket<T extends Progress> {
  /** Where its files are; removed afterwards, unless it failed. */
  directory: string
  progress: T
  /** Aborted when the command is told to end. */
  signal: AbortSignal
}

/**
 * Runs a market that leaves nothing behind, and names what was not true of it.
 *
 * @param progress tells how far it is
 * @param run prints what it came to
 * @returns the exit code: 1 when a check failed
 */
export async function runTemporarily<T extends Progress>(
  progress: T,
  run: (market: TemporaryMarket<T>) => Promise<readonly Check[]>,
): Promise<number> {
  using interruption = interruptible()
  const directory = await mkdtemp(join(tmpdir(), 'mesh-replay-'))
  try {
    const checks = await run({ directory, progress, signal: interruption.signal })
    await rm(directory, { recursive: true, force: true })
    const faults = checks.filter(({ fault }) => fault !== undefined)
    for (const { name, fault } of faults) console.error(`Check ${name} failed. ${fault}`)
    return faults.length === 0 ? 0 : 1
  } catch (error) {
    if (interruption.exitCode !== undefined) {
      await rm(directory, { recursive: true, force: true })
      console.error('Interrupted: nothing is left running.')
      return interruption.exitCode
    }
    console.error(`The logs are in ${directory}`)
    throw error
  } finally {
    progress.end()
  }
}
