/**
 * How this command was called: `mesh`, `npx mesh`, or in a clone `npm run -s mesh --`. What it tells its user to type is named
 * like that, everywhere.
 *
 * @param environment as npm sets it for what it runs
 */
export function invocation(environment: NodeJS.ProcessEnv = process.env): string {
  const { npm_lifecycle_event: script, npm_command: command, MESH_LAUNCHER_PID: launcher } = environment
  if (launcher !== undefined && (script === 'mesh' || script === 'start')) return 'npm run -s mesh --'
  return command === 'exec' ? 'npx mesh' : 'mesh'
}

/** `mesh` where a text names it as a command: at the head of an example, of a usage, or between back-quotes. */
const NAMED = /(?<=`|\$ |\| |\(|Usage: )mesh(?= [a-z[])/g

/** A text for people, in which the command is named as they called it. */
export function asInvoked(text: string, name: string = invocation()): string {
  return name === 'mesh' ? text : text.replaceAll(NAMED, name)
}
