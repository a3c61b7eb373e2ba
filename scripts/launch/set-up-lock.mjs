import { mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { uptime } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { say } from './messages.mjs'
import { isAlive } from './processes.mjs'
import { root } from './root.mjs'
import { interruption } from './run.mjs'

/** A folder that holds one empty file per process at work, named by its id. */
const lock = join(root, '.toolchain', 'set-up.lock')

const owners = (folder) => readdirSync(folder).map(Number)

/** Nobody of it is left, or it is from before the machine started, when the ids meant other processes. */
function isStale(folder) {
  const bootedAt = Date.now() - uptime() * 1000
  return statSync(folder).mtimeMs < bootedAt || !owners(folder).some(isAlive)
}

/** Renaming a folder onto one that is not empty fails, so a lock appears with its owner in it or not at all. */
function tryAcquire() {
  const own = `${lock}.${process.pid}`
  mkdirSync(own, { recursive: true })
  writeFileSync(join(own, String(process.pid)), '')
  try {
    renameSync(own, lock)
    return true
  } catch {
    rmSync(own, { recursive: true })
    return false
  }
}

function removeStale() {
  const away = `${lock}.stale.${process.pid}`
  try {
    if (!isStale(lock)) return
    renameSync(lock, away)
    // Between the look and the rename another launcher may have put its own lock there: give it back.
    if (isStale(away)) rmSync(away, { recursive: true })
    else renameSync(away, lock)
  } catch (error) {
    if (error.code !== 'ENOENT') throw error
  }
}

/**
 * Does something while no other launcher of this clone does. A lock whose owners are all dead is taken over.
 * @param {(addOwner: (pid: number) => void) => Promise<void>} work called with a function that makes a child a
 *   further owner: should the launcher be killed, the next one waits for the child to end
 */
export async function withSetUpLock(work) {
  let told = false
  while (!tryAcquire()) {
    removeStale()
    if (interruption() !== undefined) return
    if (!told) say(`waiting for another launcher, which is setting up (if there is none, delete ${lock})`)
    told = true
    await sleep(100)
  }
  try {
    await work((pid) => writeFileSync(join(lock, String(pid)), ''))
  } finally {
    rmSync(lock, { recursive: true, force: true })
  }
}
