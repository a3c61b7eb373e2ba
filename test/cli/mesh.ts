import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'

const main = fileURLToPath(new URL('../../cli/main.ts', import.meta.url))

/** What a run of the `mesh` command came to. */
export interface Run {
  code: number | null
  stdout: string
  stderr: string
}

/**
 * Starts the `mesh` command as a process of its own in the folder `cwd`, without colours wherever the tests run.
 *
 * @param environment on top of what the tests have
 */
export function startMesh(cwd: string, args: string[], environment: NodeJS.ProcessEnv = {}) {
  const child = talkToMesh(cwd, args, environment)
  child.stdin.end()
  return child
}

/** The same, with somebody to answer what it asks. */
export function talkToMesh(cwd: string, args: string[], environment: NodeJS.ProcessEnv = {}) {
  return spawn(process.execPath, [main, ...args], {
    cwd,
    stdio: 'pipe',
    env: { ...process.env, NO_COLOR: '1', ...environment },
  })
}

/** Runs the `mesh` command to its end. */
export async function mesh(cwd: string, ...args: string[]): Promise<Run> {
  const child = startMesh(cwd, args)
  const exited = once(child, 'exit')
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)])
  const [code] = (await exited) as [number | null]
  return { code, stdout, stderr }
}
