import { delimiter, dirname, join } from 'node:path'
import { nodePath } from './pinned-node.mjs'
import { root } from './root.mjs'

const preload = new URL('./preload.mjs', import.meta.url).href

/**
 * The environment of every process that the launcher starts: the pinned Node first on PATH, and the preload that
 * ends a process whose parent is gone. What the user set in NODE_OPTIONS stays.
 * @param {string} [node] the Node that goes first on PATH
 */
export function childEnvironment(node = nodePath()) {
  const env = { ...process.env }
  const pathName = Object.keys(env).find((name) => name.toUpperCase() === 'PATH') ?? 'PATH'
  env[pathName] = [dirname(node), join(root, 'node_modules', '.bin'), env[pathName]]
    .filter(Boolean)
    .join(delimiter)
  const options = env.NODE_OPTIONS ?? ''
  if (!options.includes(preload)) env.NODE_OPTIONS = `${options} --import=${preload}`.trim()
  // What each of a market's many processes would compile anew.
  env.NODE_COMPILE_CACHE ??= join(root, 'node_modules', '.cache', 'node')
  env.MESH_LAUNCHER_PID = String(process.pid)
  env.HARDHAT_DISABLE_TELEMETRY = 'true'
  return env
}
