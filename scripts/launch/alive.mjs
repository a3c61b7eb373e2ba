/**
 * Whether a process exists (one of another user counts).
 * @param {number} pid process id
 */
export function isAlive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}
