import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { type Indexer, startIndexer } from '../../indexer/index.ts'
import { startMarket, type TestMarket } from '../e2e/support/market.ts'

const root = join(import.meta.dirname, '..', '..')

/** A market with nobody in it but a first peer, and programs of `examples/` as people run them. */
export interface ExampleMarket {
  readonly market: TestMarket
  readonly indexer: Indexer
  /** Starts an example with `MESH_API` set to the market, and a home of its own. */
  run(name: string, args?: string[], env?: Record<string, string>): RunningExample
  stop(): Promise<void>
}

/** An example that runs as a process. */
export interface RunningExample {
  readonly output: string
  /** The first line that fits, rejected with all that was printed when the program ends without one. */
  line(pattern: RegExp): Promise<RegExpExecArray>
  /** Its exit code. */
  readonly exited: Promise<number | null>
  kill(signal?: NodeJS.Signals): void
}

/** A market for the tests of a suite, which is stopped after them. Call it inside a `describe`. */
export function exampleMarket(): () => ExampleMarket {
  let market: ExampleMarket | undefined
  before(async () => {
    market = await startExampleMarket()
  })
  after(() => market?.stop())
  return () => {
    if (market === undefined) throw new Error('the market is there when a test runs')
    return market
  }
}

/** Starts a chain with the contracts, a first agent whom others join by, and the index with its API. */
async function startExampleMarket(): Promise<ExampleMarket> {
  const market = await startMarket()
  const first = await market.join({ capabilities: [], domains: ['energy'], enrolls: false })
  const indexer = await startIndexer({ network: market.descriptor(first.endpoints), pollInterval: 100 })
  const running: ReturnType<typeof start>[] = []
  return {
    market,
    indexer,
    run(name, args = [], env = {}) {
      const home = join(market.directory, `home-${running.length}`)
      const example = start(name, args, { MESH_API: indexer.url, HOME: home, MESH_HOME: home, ...env })
      running.push(example)
      return example
    },
    async stop() {
      for (const example of running) example.kill('SIGKILL')
      await Promise.all(running.map(({ exited }) => exited))
      await indexer.stop()
      await market.stop()
    },
  }
}

function start(name: string, args: string[], env: Record<string, string>): RunningExample {
  const program = join(root, 'examples', name, 'index.ts')
  const child: ChildProcess = spawn(
    process.execPath,
    ['--no-warnings', '--conditions=mesh-source', program, ...args],
    { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] },
  )
  let output = ''
  const listeners = new Set<() => void>()
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      output += chunk
      if (process.env.MESH_TEST_VERBOSE !== undefined) process.stderr.write(chunk)
      for (const listener of listeners) listener()
    })
  }
  const exited = new Promise<number | null>((resolve) => child.once('close', resolve))
  return {
    get output() {
      return output
    },
    exited,
    kill: (signal) => void child.kill(signal),
    async line(pattern) {
      const { promise, resolve, reject } = Promise.withResolvers<RegExpExecArray>()
      const look = () => {
        for (const line of output.split('\n')) {
          const found = pattern.exec(line)
          if (found !== null) return resolve(found)
        }
      }
      listeners.add(look)
      exited.then(() => reject(new Error(`${name} ended without ${pattern}:\n${output}`)))
      look()
      return promise.finally(() => listeners.delete(look))
    },
  }
}
