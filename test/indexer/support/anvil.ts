import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'

/** A chain of a second node implementation; it makes real reorganisations. */
export interface Anvil {
  rpcUrl: string
  stop(): Promise<void>
}

/** So many states stay in memory: asked to go back to one that it has forgotten, anvil goes back to its first block. */
const STATES = '4096'

/** Starts anvil on 127.0.0.1 and a free port. @param args beside those; `--prune-history` instead of what is kept else */
export async function startAnvil(...args: string[]): Promise<Anvil> {
  const history = args.includes('--prune-history') ? [] : ['--prune-history', STATES]
  const child = spawn(anvilPath(), ['--host', '127.0.0.1', '--port', '0', ...history, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = once(child, 'exit')
  const dieWithParent = () => child.kill('SIGKILL')
  process.once('exit', dieWithParent)
  const stop = async () => {
    process.off('exit', dieWithParent)
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
    await exited
  }
  for await (const line of createInterface({ input: child.stdout })) {
    const port = /^Listening on 127\.0\.0\.1:(\d+)/.exec(line)?.[1]
    if (port === undefined) continue
    // Its log would fill the pipe and block it.
    child.stdout.resume()
    return { rpcUrl: `http://127.0.0.1:${port}`, stop }
  }
  await stop()
  throw new Error('anvil ended before it listened')
}

/** The binary itself, not its launcher: a launcher that is killed leaves its child behind. */
function anvilPath(): string {
  const platform = process.platform === 'win32' ? 'win32' : process.platform
  const arch = process.arch === 'x64' ? 'amd64' : process.arch
  const requireFrom = createRequire(createRequire(import.meta.url).resolve('@foundry-rs/anvil/package.json'))
  const packageJson = requireFrom.resolve(`@foundry-rs/anvil-${platform}-${arch}/package.json`)
  return join(dirname(packageJson), 'bin', process.platform === 'win32' ? 'anvil.exe' : 'anvil')
}
