import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { expect } from 'chai'
import { joinMarket, type MeshNetwork, type MeshNetworkInit, readNetwork } from '../../agent/index.ts'
import { type TemplateName, templateNames } from '../../cli/init/templates.ts'
import { mesh } from '../cli/mesh.ts'
import { temporaryDirectory } from '../community/temporary-file.ts'
import { poll, Running } from './support/running.ts'
import { type StrangersProgram, start, unpack } from './support/stranger.ts'
import { writeStreet } from './support/street.ts'

const root = join(import.meta.dirname, '..', '..')
/** Three homes that lack more than the fourth has left, in every slot. */
const HOMES = {
  a: { load: 0, pv: 100 },
  b: { load: 300, pv: 0 },
  c: { load: 300, pv: 0 },
  d: { load: 300, pv: 0 },
}

describe('mesh init, from nothing to a trade', function () {
  this.timeout(450_000)
  let market: Running | undefined
  // Before the folder is removed in which it writes.
  after(async () => {
    await market?.end('SIGINT')
  })
  const files = temporaryDirectory()
  const programs: StrangersProgram[] = []
  let api: string

  before(async () => {
    // A clone packs its package into the first; the others are given what it has packed.
    const [first, ...others] = templateNames
    const made = await mesh(files.path('.'), 'init', 'energy-seller', '--template', first as TemplateName)
    expect(made.code, made.stderr).to.equal(0)
    const { dependencies } = manifestOf('energy-seller')
    const tarball = dependencies['@mesh/sdk']?.replace('file:./', '') ?? ''
    for (const name of others) {
      const args = ['init', name, '--template', name, '--sdk', join('energy-seller', tarball)]
      expect(await mesh(files.path('.'), ...args)).to.include({ code: 0 })
      expect(manifestOf(name).dependencies).to.deep.equal({
        '@mesh/sdk': `file:../energy-seller/${tarball}`,
      })
    }
    // What `npm install` would do in each of them is done once, above them.
    unpack(files.path(`energy-seller/${tarball}`), files.path('.'))
    writeStreet(files, HOMES, '871fae6e2ffffff')
    const args = ['--homes', 'street.json', '--port', '0', '--slot-seconds', '4', '--processes', '2']
    market = new Running(files.path('.'), args)
    api = (await market.line(/^API +(\S+)/))[1] ?? ''
  })
  afterEach(async () => {
    for (const program of programs) program.kill()
    await Promise.all(programs.splice(0).map(({ exited }) => exited))
  })
  const manifestOf = (name: string) =>
    JSON.parse(readFileSync(files.path(`${name}/package.json`), 'utf8')) as {
      scripts: Record<string, string>
      dependencies: Record<string, string>
    }

  /** Runs a script of a project, all of which are `node FILE`, without npm: it would not hand on the end. */
  function run(project: string, script: string, args: string[] = [], env: Record<string, string> = {}) {
    const [node, file = ''] = (manifestOf(project).scripts[script] ?? '').split(' ')
    expect(node).to.equal('node')
    const given = { MESH_API: api, MESH_HOME: files.path('home'), ...env }
    const program = start(files.path(project), file, given, args)
    programs.push(program)
    return program
  }

  for (const name of templateNames) {
    it(`makes a project of ${name} whose tests pass`, () => {
      const { status, stdout, stderr } = spawnSync(process.execPath, ['--test'], {
        cwd: files.path(name),
        encoding: 'utf8',
        // Or it would think that it is a part of what runs it.
        env: { ...process.env, NODE_TEST_CONTEXT: undefined },
      })
      expect(manifestOf(name).scripts.test).to.equal('node --test')
      expect(status, stdout + stderr).to.equal(0)
      expect(stdout).to.match(/pass [1-9]/)
    })
  }

  it('makes the same by `npm create @mesh/agent`, which runs the package', () => {
    const creator = join(root, 'packages', 'create-agent')
    const manifest = JSON.parse(readFileSync(join(creator, 'package.json'), 'utf8'))
    const sdk = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
    expect(manifest.dependencies).to.deep.equal({ '@mesh/sdk': sdk.version })
    const bin = files.write('create-agent.mjs', readFileSync(join(creator, manifest.bin['create-agent'])))
    const args = [bin, 'created', '--template', 'driver']
    const { status, stderr } = spawnSync(process.execPath, args, { cwd: files.path('.'), encoding: 'utf8' })
    expect(status, stderr).to.equal(0)
    // The installed package has no clone to pack: a project depends on its version.
    expect(manifestOf('created').dependencies).to.deep.equal({ '@mesh/sdk': sdk.version })
    expect(readFileSync(files.path('created/src/agent.ts'))).to.deep.equal(
      readFileSync(files.path('driver/src/agent.ts')),
    )
  })

  it('sells energy to homes', async () => {
    const seller = run('energy-seller', 'start')
    await seller.line(/^agreed: \d+ Wh for 0x/)
    await seller.line(/^settled: \d+ Wh for 0\.\d*[1-9]/)
  })

  it('sells no moment twice, and again what is not paid for', async () => {
    const seller = run('energy-seller', 'start')
    await seller.line(/^selling as 0x/)
    const market = {
      network: await readNetwork(api),
      directory: false,
      domains: ['energy'],
    } satisfies MeshNetworkInit
    const [start, all] = [BigInt(Math.floor(Date.now() / 1000)) + 600n, 2_000n]
    const wish = { side: 'buy', capability: 'energy.supply', lot: 1_000n, price: 240_000n } as const
    const slotAt = (from: bigint) => ({ ...wish, quantity: all, start: from, end: from + 60n })

    await using thief = await joinMarket({ ...market, paymentMethod: 'authorization' })
    await thief.account.ensureTestDollars(1_000_000n)
    thief.onOffer(async () => {
      // It is seen to have the money, and pays it in elsewhere before it signs.
      await thief.account.ensureBalance(1_000_000n)
      return { type: 'accept' }
    })
    await using buyer = await joinMarket(market, { balance: 1_000_000n })
    const offered: bigint[] = []
    buyer.onOffer(({ intent }) => {
      offered.push(intent.value.start)
      return { type: 'accept' }
    })

    /** Asks for slots again and again, as buyers do: what is said once not everybody hears. */
    const asks = async (agent: MeshNetwork, slots: bigint[], answer: Promise<unknown>) => {
      const answered = answer.then(() => true)
      do {
        for (const from of slots) await agent.publishIntent(slotAt(from))
      } while (!(await Promise.race([answered, delay(2_000, false)])))
    }

    await asks(thief, [start], seller.line(new RegExp(`^agreed: ${all} Wh for ${thief.address}`)))
    const sold = seller.line(new RegExp(`^agreed: ${all} Wh for ${buyer.address}`))
    await asks(buyer, [start + 30n, start + 60n], sold)
    expect(new Set(offered)).to.deep.equal(new Set([start + 60n]))
    await seller.line(new RegExp(`^came to nothing: ${all} Wh for ${thief.address}`))
    const again = poll('an offer of what is free again', () => offered.at(-1) === start || undefined)
    await asks(buyer, [start], again)
  })

  /** Has somebody driven, who comes with a key of their own. */
  async function ride(): Promise<void> {
    const ends = ['--from', '4.3902,52.0462', '--to', '4.3952,52.0482']
    const options = ['--api', api, '--key', files.path('rider'), '--period', '8s', '--yes', '--json']
    mkdirSync(files.path('rider'), { recursive: true })
    const { code, stdout, stderr } = await mesh(files.path('.'), 'ride', ...ends, ...options)
    expect(code, stderr).to.equal(0)
    expect(JSON.parse(stdout)).to.include({ state: 'settled' })
  }
  const position = { MESH_POSITION: '4.3902,52.0462' }

  it('drives a rider', async () => {
    const driver = run('driver', 'start', [], position)
    await driver.line(/^waiting for riders at 4\.3902,52\.0462/)
    await ride()
    await driver.line(/^settled: \d*\.\d*[1-9]/)
  })

  it('goes on with a ride after it was killed', async () => {
    const driver = run('driver', 'start', [], position)
    await driver.line(/^waiting for riders/)
    const riding = ride()
    await driver.line(/^agreed: a ride for 0x/)
    driver.kill()
    await driver.exited
    const again = run('driver', 'start', [], position)
    await again.line(/^going on with a ride for 0x/)
    await again.line(/^settled: \d*\.\d*[1-9]/)
    await riding
  })

  it('sells an answer', async () => {
    const service = run('data-service', 'start')
    await service.line(/^answering as 0x/)
    const customer = run('data-service', 'ask', ['48.26 2026-06-21'])
    await customer.line(/^953 minutes of daylight, says 0x/)
    expect(await customer.exited).to.equal(0)
    await service.line(/^settled: 1 answers for 0\.0200/)
  })

  it('trains for a share of a reward', async () => {
    const trainer = run('trainer', 'start')
    await trainer.line(/^looking for tasks/)
    const task = run('trainer', 'task')
    await trainer.line(/^agreed: to train/)
    await task.line(/^a better model, by 1 agent/)
    await trainer.line(/^settled: 10\.\d{4} test dollars/)
  })
})
