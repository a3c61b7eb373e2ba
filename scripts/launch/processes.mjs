import { readdirSync, readFileSync } from 'node:fs'

/** State letter and group of a process where the system tells (Linux); undefined elsewhere, or when it is gone. */
function lookUp(pid) {
  try {
    // After the name, which may hold any character: state, parent, group.
    const [state, , group] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1).split(' ')
    return { state, group: Number(group) }
  } catch {
    return undefined
  }
}

// A process that ended stays in the table until its parent collects it; a container's first process often never does.
const isDefunct = (pid) => lookUp(pid)?.state === 'Z'

/**
 * Whether a process runs (one of another user counts, one that ended and was not collected does not).
 * @param {number} pid process id
 */
export function isAlive(pid) {
  try {
    process.kill(pid, 0)
  } catch (error) {
    return error.code === 'EPERM'
  }
  return !isDefunct(pid)
}

/**
 * Signals every process of a group.
 * @param {number} group id of the group
 * @param {string | 0} signal name of the signal
 * @returns {boolean} false when the group has no process
 */
export function signalGroup(group, signal) {
  try {
    process.kill(-group, signal)
    return true
  } catch {
    return false
  }
}

/**
 * Whether a process of the group still runs.
 * @param {number} group id of the group
 */
export function isGroupRunning(group) {
  if (!signalGroup(group, 0)) return false
  if (process.platform !== 'linux') return true
  const running = (pid) => lookUp(pid)?.group === group && !isDefunct(pid)
  return readdirSync('/proc').some((entry) => /^\d+$/.test(entry) && running(entry))
}
