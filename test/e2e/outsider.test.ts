import { spawn, spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { Household } from '../../community/household.ts'
import { startIndexer } from '../../indexer/index.ts'
import { startMarket, type TestMarket } from './support/market.ts'

const root = join(import.meta.dirname, '..', '..')

describe('a stranger with the published package alone', function () {
  this.timeout(180_000)
  let market: TestMarket
  let folder: string
  const homes: Household[] = []

  before(async () => {
    mkdirSync(join(root, '.cache'), { recursive: true })
    // Below the repository, so that the package finds its dependencies as an installed one does.
    folder = mkdtempSync(join(root, '.cache', 'outsider-'))
    install(folder)
    market = await startMarket()
  })

  after(async () => {
    await Promise.all(homes.map((home) => home.stop()))
    await market?.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  it('joins, buys from the community, and sees its purchase settled', async () => {
    const seller = await home([])
    const neighbour = await home(seller.endpoints)
    const network = market.descriptor(seller.endpoints)
    const indexer = await startIndexer({ network })
    try {
      const slot = { index: 0, start: 1_615_190_400, end: 1_615_191_300 }
      // Nobody sells yet, so the neighbour keeps asking, and the stranger hears which slot is traded.
      neighbour.startSlot({ ...slot, loadWh: 400, pvWh: 0 })
      const stranger = run(folder, { MESH_API: indexer.url, MESH_WH: '50' })
      await stranger.line(/^asking for 50 Wh/)
      seller.startSlot({ ...slot, loadWh: 0, pvWh: 500 })
      await stranger.line(/^agreed: 50 Wh/)
      seller.closeSlot(0)
      expect(await stranger.line(/^settled: (\d+) minor units for 50 Wh/)).to.be.a('string')
      expect(await stranger.exited).to.equal(0)
    } finally {
      await indexer.stop()
    }
  })

  async function home(bootstrapPeers: string[]): Promise<Household> {
    const household = new Household({
      home: { name: `home-${homes.length}`, strategy: { name: 'honest' } },
      network: market.descriptor(bootstrapPeers),
      directory: market.directory,
      mdns: false,
      limits: { low: 80_000n, high: 300_000n },
      settleWithin: 60,
      onError: () => undefined,
    })
    homes.push(household)
    await market.fund((await household.load()).address)
    await household.start()
    return household
  }
})

/** Packs the package and unpacks it as `npm install` would; only its public export can be reached from outside. */
function install(folder: string): void {
  execute(process.execPath, [join(root, 'scripts', 'build.mjs')])
  const npm = process.env.npm_execpath
  const pack = ['pack', '--ignore-scripts', '--pack-destination', folder]
  if (npm === undefined) execute('npm', pack)
  else execute(process.execPath, [npm, ...pack])
  const [tarball] = readdirSync(folder).filter((name) => name.endsWith('.tgz'))
  const target = join(folder, 'node_modules', '@mesh', 'sdk')
  mkdirSync(target, { recursive: true })
  execute('tar', ['-xzf', join(folder, tarball ?? ''), '-C', target, '--strip-components', '1'])
  cpSync(join(root, 'examples', 'buy-energy.ts'), join(folder, 'buy-energy.ts'))
}

function execute(command: string, args: string[]): void {
  const { status, stderr } = spawnSync(command, args, { cwd: root, encoding: 'utf8' })
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stderr}`)
}

/** Runs the stranger's program and lets one wait for what it prints. */
function run(folder: string, env: Record<string, string>) {
  const child = spawn(process.execPath, ['--no-warnings', 'buy-energy.ts'], {
    cwd: folder,
    env: { ...process.env, ...env },
  })
  let output = ''
  const listeners = new Set<() => void>()
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk
      if (process.env.MESH_TEST_VERBOSE !== undefined) process.stderr.write(chunk)
      for (const listener of listeners) listener()
    })
  }
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve))
  return {
    exited,
    async line(pattern: RegExp): Promise<string> {
      const { promise, resolve, reject } = Promise.withResolvers<string>()
      const look = () => {
        const found = output.split('\n').find((line) => pattern.test(line))
        if (found !== undefined) resolve(found)
      }
      listeners.add(look)
      exited.then(() => reject(new Error(`the stranger ended without ${pattern}:\n${output}`)))
      look()
      return promise.finally(() => listeners.delete(look))
    },
  }
}
