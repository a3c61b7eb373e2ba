import { ConfigError } from '../../protocol/errors.ts'
import { openAppend, readText, replaceText } from '../platform/disk.ts'

/** What a journal needs from its medium: lines that are safe on disk when `append` resolves. */
export interface Journal {
  append(entry: unknown): Promise<void>
  close(): Promise<void>
}

/** A journal that has grown by as many entries as it was kept for, and at least by so many, is looked through. */
const LEAST_GROWTH = 1_000

/**
 * Opens an append-only file of JSON lines and hands over what it holds. Entries that are appended at the same
 * time share one write and one fsync. A last line torn by a crash is cut off: whoever wrote it never learned that
 * it was safe, so nothing was promised on its account.
 *
 * Once a write has failed, `append` rejects with ConfigError `JOURNAL_FAILED` for good: what an agent cannot
 * remember it must not promise.
 *
 * @param needed which entries are still needed; the file is replaced by these when they are fewer: when it is opened, and
 *   whenever it has doubled since. Without it all are.
 * @throws ConfigError `JOURNAL_DAMAGED` when any other line cannot be read.
 */
export async function openJournal(
  path: string,
  needed?: (entries: unknown[]) => unknown[],
): Promise<{ journal: Journal; entries: unknown[] }> {
  const entries = await compact(path, needed)
  let file = await openAppend(path)
  let kept = entries.length
  let grown = 0
  let batch: string[] = []
  let flushing: Promise<void> | undefined
  let failure: ConfigError | undefined

  async function flush(): Promise<void> {
    // Let everything that is appended in this turn join the batch.
    await null
    const lines = batch
    batch = []
    flushing = undefined
    if (failure !== undefined) throw failure
    try {
      await file.append(lines.join(''))
      grown += lines.length
    } catch (cause) {
      // Part of a line may stand there now. Another after it would make both unreadable; alone it is cut off.
      failure = failed(path, cause)
      throw failure
    }
  }

  /** After the entries are acknowledged, and before the next are written. */
  async function shrink(): Promise<void> {
    if (needed === undefined || failure !== undefined || grown < Math.max(kept, LEAST_GROWTH)) return
    try {
      kept = (await compact(path, needed)).length
      grown = 0
      const outdated = file
      file = await openAppend(path)
      await outdated.close()
    } catch (cause) {
      failure = failed(path, cause)
    }
  }

  let tail: Promise<void> = Promise.resolve()
  return {
    entries,
    journal: {
      append(entry) {
        batch.push(lineOf(entry))
        if (flushing === undefined) {
          flushing = tail.then(flush)
          tail = flushing.then(shrink, () => undefined)
        }
        return flushing
      },
      async close() {
        await tail
        await file.close()
      },
    },
  }
}

/** A journal for tests and for agents that have nothing to lose: it forgets. */
export function memoryJournal(): Journal {
  return { append: async () => undefined, close: async () => undefined }
}

/** Leaves in a journal what is needed. @returns its entries */
async function compact(path: string, needed?: (entries: unknown[]) => unknown[]): Promise<unknown[]> {
  const { entries: all, isTorn } = await readEntries(path)
  const entries = needed?.(all) ?? all
  if (isTorn || entries.length < all.length) await replaceText(path, entries.map(lineOf).join(''))
  return entries
}

function failed(path: string, cause: unknown): ConfigError {
  return new ConfigError('JOURNAL_FAILED', 'The journal cannot be written.', {
    field: path,
    remedy: 'Make room on the disk, and start the agent again.',
    cause,
  })
}

function lineOf(entry: unknown): string {
  return `${JSON.stringify(entry, bigintToText)}\n`
}

async function readEntries(path: string): Promise<{ entries: unknown[]; isTorn: boolean }> {
  const text = (await readText(path)) ?? ''
  const end = text.lastIndexOf('\n') + 1
  const lines = text.slice(0, end).split('\n').slice(0, -1)
  const entries = lines.map((line, index) => {
    try {
      return JSON.parse(line, textToBigint)
    } catch (cause) {
      throw new ConfigError('JOURNAL_DAMAGED', 'The journal cannot be read.', {
        field: `${path}:${index + 1}`,
        remedy: 'Restore the file from a backup: it holds signed deals with money in them.',
        cause,
      })
    }
  })
  return { entries, isTorn: end < text.length }
}

/**
 * JSON has no integers beyond 2^53: they are written as `"123n"`. A text that looks so, as a peer may send it, gets
 * an apostrophe before it, and so does one that looks like such a text.
 */
function bigintToText(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return `${value}n`
  return typeof value === 'string' && /^'*-?\d+n$/.test(value) ? `'${value}` : value
}

function textToBigint(_key: string, value: unknown): unknown {
  if (typeof value !== 'string') return value
  if (/^-?\d+n$/.test(value)) return BigInt(value.slice(0, -1))
  return /^'+-?\d+n$/.test(value) ? value.slice(1) : value
}
