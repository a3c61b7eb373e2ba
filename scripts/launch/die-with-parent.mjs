import { isAlive } from './processes.mjs'

/**
 * Ends this process when its parent, or the launcher above it, is gone, however that ended (kill -9 too). It asks
 * politely first, with a SIGTERM to itself, so that a program's own handler can shut it down.
 * @param {object} options
 * @param {number} options.graceMs how long a process that ignores the SIGTERM may live on, in ms
 * @param {number} [options.launcher] process id of the launcher, watched besides the parent because a shell in
 *   between outlives it
 * @param {number} [options.everyMs] how often to look, in ms
 */
export function dieWithParent({ graceMs, launcher, everyMs = 250 }) {
  const parent = process.ppid
  // An orphan gets a new parent id on POSIX; Windows keeps the old one.
  const orphaned = () =>
    process.ppid !== parent ||
    (process.platform === 'win32' && !isAlive(parent)) ||
    (launcher !== undefined && !isAlive(launcher))
  const timer = setInterval(() => {
    if (!orphaned()) return
    clearInterval(timer)
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), graceMs).unref()
    process.kill(process.pid, 'SIGTERM')
  }, everyMs)
  timer.unref()
}
