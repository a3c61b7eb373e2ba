/** Something the user can mend: what happened, and what to do about it. */
export class LaunchError extends Error {
  /**
   * @param {string} what what happened, with the values that matter
   * @param {string} remedy what to do
   */
  constructor(what, remedy) {
    super(`${what}\n  to fix it: ${remedy}`)
    this.name = 'LaunchError'
  }
}

/**
 * Tells the user something on stderr: stdout belongs to the command.
 * @param {string} text one message
 */
export function say(text) {
  process.stderr.write(`mesh: ${text}\n`)
}
