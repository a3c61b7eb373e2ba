import { linkSync, mkdirSync, readFileSync, renameSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ConfigError } from '../../protocol/errors.ts'

/** A process, told from a later one with the same pid by when it was started. */
interface Holder {
  pid: number
  /** Start time in clock ticks since boot where the system tells (Linux), else an empty string. */
  startedAt: string
}

/**
 * Exclusive use of a data directory. PGlite has no lock of its own, and a second process on the same directory
 * destroys the data without a word.
 *
 * @example
 * ```ts
 * const lock = lockDirectory('/var/lib/mesh/index')
 * try { await work() } finally { lock.release() }
 * ```
 */
export interface DirectoryLock {
  /** Path of the lock file. */
  path: string
  release(): void
}

const ANOTHER_DIRECTORY = 'Stop that process, or give this one another directory as `dataDir`.'

/**
 * Takes the lock of a directory, which is created when it is not there. A lock whose holder has died is taken over.
 *
 * @param remedy what helps when another process holds it
 * @throws ConfigError `DIRECTORY_LOCKED` when a live process holds it, this one included.
 */
export function lockDirectory(directory: string, remedy = ANOTHER_DIRECTORY): DirectoryLock {
  mkdirSync(directory, { recursive: true })
  const path = join(directory, 'lock')
  const own = JSON.stringify({ pid: process.pid, startedAt: startTime(process.pid) } satisfies Holder)
  // Linking a finished file is atomic: nobody ever reads half a lock, and only one of two takers gets it.
  const draft = `${path}.${process.pid}`
  writeFileSync(draft, own, { mode: 0o600 })
  try {
    for (let attempt = 0; attempt < 3; attempt++) {
      if (link(draft, path)) return { path, release: () => releaseIfOwn(path, own) }
      const content = read(path)
      if (content === undefined) continue
      const holder = parse(content)
      if (holder !== undefined && isAlive(holder)) throw locked(path, holder.pid, remedy)
      moveAside(path, content)
    }
  } finally {
    unlinkSync(draft)
  }
  throw locked(path, parse(read(path) ?? '')?.pid, remedy)
}

function locked(path: string, pid: number | undefined, remedy: string): ConfigError {
  return new ConfigError('DIRECTORY_LOCKED', 'Another process uses this data directory.', {
    field: path,
    expected: 'one process at a time',
    received: `pid ${pid ?? 'unknown'}`,
    remedy,
  })
}

/** Removes a dead process's lock; if somebody else took it over meanwhile, that one's lock is put back. */
function moveAside(path: string, stale: string): void {
  const aside = `${path}.stale.${process.pid}`
  try {
    renameSync(path, aside)
  } catch {
    return
  }
  if (read(aside) !== stale) link(aside, path)
  unlinkSync(aside)
}

function releaseIfOwn(path: string, own: string): void {
  if (read(path) === own) unlinkSync(path)
}

function link(from: string, to: string): boolean {
  try {
    linkSync(from, to)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  }
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

function parse(content: string): Holder | undefined {
  try {
    const holder: Partial<Holder> = JSON.parse(content)
    if (!Number.isSafeInteger(holder.pid) || (holder.pid ?? 0) <= 0) return undefined
    return { pid: holder.pid as number, startedAt: String(holder.startedAt ?? '') }
  } catch {
    return undefined
  }
}

function isAlive({ pid, startedAt }: Holder): boolean {
  try {
    process.kill(pid, 0)
  } catch (error) {
    // EPERM: it lives, and belongs to somebody else.
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return false
  }
  const now = startTime(pid)
  return startedAt === '' || now === '' || now === startedAt
}

/** Field 22 of /proc/<pid>/stat, counted after the command name, which may contain spaces. */
function startTime(pid: number): string {
  const stat = read(`/proc/${pid}/stat`)
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''
}
