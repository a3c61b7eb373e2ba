import { homedir } from 'node:os'
import { join, resolve } from 'node:path'

/**
 * The folder of an agent that was given none: `MESH_HOME` where that is set, else `.mesh-agent` in the user's home. Not
 * `.mesh`, which is where `mesh up` keeps the markets of a folder, and what `mesh reset` removes.
 *
 * @param env of the process
 * @returns an absolute path
 */
export function agentHome(env: Readonly<Record<string, string | undefined>> = process.env): string {
  const { MESH_HOME: home } = env
  return home === undefined || home === '' ? join(homedir(), '.mesh-agent') : resolve(home)
}
