import { ConfigError } from '../protocol/errors.ts'
import { childModule } from './child-module.ts'
import { messageFrom, startChild, stopChild } from './child-process.ts'

/** How long the chain may take to come up, in milliseconds; on an idle machine it takes 0.3 s. */
const START_TIMEOUT = 30_000

/** A local chain that runs as a child process. */
export interface LocalChain {
  readonly rpcUrl: string
  readonly pid: number | undefined
  /** Fulfilled when the process has ended, whoever ended it. */
  readonly ended: Promise<void>
  stop(): Promise<void>
}

/**
 * Starts a local chain on 127.0.0.1 and a free port. It mines every transaction at once, the development account
 * has its gas money, and no two starts have the same genesis.
 *
 * @param log path of the file that takes its output
 * @throws ConfigError `HARDHAT_MISSING` when the optional peer dependency is not installed.
 * @throws TimeoutError `CHILD_SILENT` when it does not come up within 30 s.
 *
 * @example
 * ```ts
 * const chain = await startChain('/tmp/chain.log')
 * await createPublicClient({ transport: http(chain.rpcUrl) }).getChainId() // 31337
 * await chain.stop()
 * ```
 */
export async function startChain(log: string): Promise<LocalChain> {
  requireHardhat()
  const child = startChild(childModule('./chain-process', import.meta.url), log)
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  try {
    const { port } = await messageFrom(child, isPort, { timeout: START_TIMEOUT, log })
    return { rpcUrl: `http://127.0.0.1:${port}`, pid: child.pid, ended, stop: () => stopChild(child) }
  } catch (cause) {
    await stopChild(child)
    throw cause
  }
}

/**
 * Checks that Hardhat, which runs the local chain, is installed: it is an optional peer dependency.
 *
 * @throws ConfigError `HARDHAT_MISSING`.
 */
export function requireHardhat(): void {
  try {
    import.meta.resolve('hardhat/hre')
  } catch (cause) {
    throw new ConfigError('HARDHAT_MISSING', 'Hardhat, which runs the local chain, is not installed.', {
      field: 'hardhat',
      remedy: 'Install it (`npm install hardhat@3`), or use a chain of your own with --rpc-url.',
      cause,
    })
  }
}

function isPort(message: unknown): message is { port: number } {
  return (
    typeof message === 'object' && message !== null && 'port' in message && typeof message.port === 'number'
  )
}
