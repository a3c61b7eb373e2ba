import { once } from 'node:events'
import { formatInstant } from '../../community/instant.ts'
import type { ReportedSlot } from '../../community/meters/slot-book.ts'
import { interruptible } from '../signals.ts'
import { Recorder } from './recorder.ts'
import { type SourceOptions, sourceOf } from './source.ts'
import { sparingly } from './sparingly.ts'

export interface MeterOptions extends SourceOptions {
  /** Minutes. */
  slotLength: string
}

/**
 * Writes what meters push to a CSV, until a signal comes.
 *
 * @returns 128 + its number
 * @throws ConfigError when an option, the tokens or the file cannot be used.
 */
export async function recordMeters(file: string, options: MeterOptions): Promise<number> {
  using interruption = interruptible()
  const source = sourceOf(options)
  const seconds = Number(options.slotLength) * 60
  const recorder = await Recorder.open({ file, homes: source.homes, seconds, onSlot: sayWritten })
  const onError = sparingly((line) => console.error(line))
  const { meter, name } = await source.open(seconds, { take: (reading) => recorder.take(reading), onError })
  console.log(`${name}    readings ${file}`)
  await aborted(AbortSignal.any([interruption.signal, recorder.failed]))
  await meter.close()
  if (recorder.failed.aborted) throw recorder.failed.reason
  for (const start of recorder.openSlots) {
    console.log(`${formatInstant(start)} not complete; kept in ${file}.open`)
  }
  return interruption.exitCode ?? 0
}

function sayWritten({ start, missing }: ReportedSlot): void {
  const late = missing.length === 0 ? '' : `; nothing of ${missing.join(', ')}`
  console.log(`${formatInstant(start)} written${late}`)
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort')
}
