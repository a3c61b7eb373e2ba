import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { until } from '../agent/support/until.ts'
import { Clone, isRunning } from './clone.ts'

const dependency = { 'node_modules/dep': { version: '1.0.0' } }

describe('launcher: sets up what is missing', () => {
  let clone: Clone

  beforeEach(() => {
    clone = new Clone()
    clone.lock(dependency)
  })
  afterEach(() => clone.remove())

  /** Runs `mesh hello`; its stdout must be the command's own. */
  async function expectHello(env?: Record<string, string>): Promise<string> {
    const { ended, output } = clone.launch(['mesh', 'hello', 'world'], env)
    expect(await ended, output.stderr).to.equal(0)
    expect(output.stdout).to.equal('hello world\n')
    return output.stderr
  }

  it('installs once, says so on stderr, and is silent the second time', async () => {
    const first = await expectHello()
    expect(first).to.include('installing the dependencies').and.to.include('npm talks on stdout')
    expect(await expectHello()).to.equal('')
    expect(clone.npmRuns()).to.include({ started: 1, ended: 1 })
  })

  it('installs a Node of its own where the machine has an older one', async () => {
    clone.outdateMachineNode()
    clone.write(
      'cli/main.ts',
      'console.log(process.argv.slice(2).join(" ")); console.error(process.env.PATH)',
    )
    expect(await expectHello()).to.match(/installing Node [\d.]+ into \.toolchain/)
    expect(await expectHello()).to.match(
      new RegExp(`^${clone.folder}/\\.toolchain/node_modules/node-[\\w-]+/bin:`),
    )
    expect(clone.npmRuns().started, 'once for Node, once for the dependencies').to.equal(2)
  })

  it('installs again when the lock file or the wishes of package.json change', async () => {
    await expectHello()
    clone.lock({ 'node_modules/dep': { version: '1.0.1' } })
    await expectHello()
    expect(clone.npmRuns().ended).to.equal(2)
    const manifest = JSON.parse(readFileSync(join(clone.folder, 'package.json'), 'utf8'))
    clone.write('package.json', JSON.stringify({ ...manifest, version: '2.0.0' }))
    await expectHello()
    expect(clone.npmRuns().ended, 'after a change that needs no install').to.equal(2)
    clone.write('package.json', JSON.stringify({ ...manifest, dependencies: { dep: '1.0.1' } }))
    await expectHello()
    expect(clone.npmRuns().ended).to.equal(3)
  })

  it('accepts what an npm install of the user left, when it is what the lock file says', async () => {
    const here = { version: '1.0.0', optional: true, os: [process.platform], cpu: [process.arch] }
    const elsewhere = { version: '1.0.0', optional: true, os: ['plan9'] }
    clone.lock({ ...dependency, 'node_modules/here': here, 'node_modules/elsewhere': elsewhere })
    const record = (packages: object) =>
      clone.write('node_modules/.package-lock.json', JSON.stringify({ packages }))
    record({ ...dependency, 'node_modules/here': here })
    await expectHello()
    expect(clone.npmRuns().started).to.equal(0)

    rmSync(join(clone.folder, 'node_modules'), { recursive: true })
    record(dependency)
    await expectHello()
    expect(clone.npmRuns().started, 'an optional package of this platform was missing').to.equal(1)
  })

  it('two launchers at once install once', async () => {
    clone.outdateMachineNode()
    await Promise.all([expectHello(), expectHello(), expectHello()])
    expect(clone.npmRuns()).to.include({ started: 2, ended: 2, overlap: false })
  })

  for (const victim of ['Node', 'the dependencies']) {
    it(`a launcher that was killed while it installed ${victim} is recovered from`, async () => {
      if (victim === 'Node') clone.outdateMachineNode()
      const hang = join(clone.folder, 'hang')
      clone.write('hang', '')
      // An npm that takes its time to die must be out of the way before the next one starts.
      const deaf = victim === 'Node' ? '' : '1'
      const killed = clone.launch(['mesh', 'hello'], { FAKE_NPM_HANG: hang, FAKE_NPM_DEAF: deaf })
      await until(() => clone.npmRuns().started === 1)
      killed.process.kill('SIGKILL')
      rmSync(hang)
      await expectHello()
      expect(clone.npmRuns().overlap, 'two npm at once').to.equal(false)
      expect(await expectHello()).to.equal('')
      const left = existsSync(join(clone.folder, '.toolchain'))
        ? readdirSync(join(clone.folder, '.toolchain'))
        : []
      expect(left.filter((name) => name !== 'node_modules')).to.deep.equal([])
    })
  }

  it('Ctrl-C while it installs stops the install and the command does not run', async () => {
    clone.write('hang', '')
    const {
      process: launcher,
      ended,
      output,
    } = clone.launch(['mesh', 'hello'], {
      FAKE_NPM_HANG: join(clone.folder, 'hang'),
    })
    await until(() => clone.npmRuns().started === 1)
    launcher.kill('SIGINT')
    expect(await ended).to.equal(130)
    expect(clone.npmRuns().pids.some(isRunning)).to.equal(false)
    expect(output.stdout).to.equal('')
  })

  it('an install that fails names the remedy and runs nothing', async () => {
    const { ended, output } = clone.launch(['mesh', 'hello'], { FAKE_NPM_FAIL: '1' })
    expect(await ended).to.equal(1)
    expect(output.stderr).to.include('npm ci failed (exit code 9)').and.to.include('to fix it:')
    expect(output.stdout).to.equal('')
  })

  it('compiles the contracts once per state of their sources, for commands that need them', async () => {
    const hardhat = `const { appendFileSync, mkdirSync } = require('fs')
      mkdirSync('artifacts', { recursive: true })
      appendFileSync(process.env.JOURNAL, process.argv.slice(2).join(' ') + '\\n')
      console.log('hardhat talks on stdout')
      console.warn('Warning: of the compiler')
      process.exit(Number(process.env.FAKE_COMPILE_FAIL ?? 0))`
    const noContracts = ['exec', 'hardhat', 'help']
    await expectHello()
    clone.write('node_modules/hardhat/cli.js', hardhat)
    clone.write('node_modules/hardhat/package.json', JSON.stringify({ bin: { hardhat: 'cli.js' } }))
    clone.write('contracts/interfaces/IMarket.sol', 'interface IMarket {}')
    expect(await clone.launch(noContracts).ended).to.equal(0)
    expect(clone.notes()).to.deep.equal(['help'])

    const failed = clone.launch(['mesh', 'hello'], { FAKE_COMPILE_FAIL: '1' })
    expect(await failed.ended).to.equal(1)
    expect(failed.output.stderr).to.include('Warning: of the compiler').and.include('do not compile')
    expect(await expectHello())
      .to.include('compiling the contracts')
      .and.not.include('Warning')
    expect(await expectHello()).to.equal('')
    clone.write('contracts/interfaces/IMarket.sol', 'interface IMarket { }')
    await expectHello()
    const builds = ['build --no-tests', 'build --no-tests', 'build --no-tests']
    expect(clone.notes()).to.deep.equal(['help', ...builds])
  })

  it('works with the real npm, also when npm run is silent and the environment says production', async function () {
    this.timeout(60_000)
    clone.write('dep/package.json', JSON.stringify({ name: 'dep', version: '1.0.0' }))
    execFileSync('npm', ['pack', '--silent', './dep'], { cwd: clone.folder })
    const hash = createHash('sha512')
      .update(readFileSync(join(clone.folder, 'dep-1.0.0.tgz')))
      .digest('base64')
    const packed = {
      version: '1.0.0',
      resolved: 'file:dep-1.0.0.tgz',
      integrity: `sha512-${hash}`,
      dev: true,
    }
    const wishes = { devDependencies: { dep: 'file:dep-1.0.0.tgz' } }
    const manifest = JSON.parse(readFileSync(join(clone.folder, 'package.json'), 'utf8'))
    clone.write('package.json', JSON.stringify({ ...manifest, ...wishes }))
    const root = { name: 'clone', version: '1.0.0', ...wishes }
    const packages = { '': root, 'node_modules/dep': packed }
    clone.write(
      'package-lock.json',
      JSON.stringify({ ...root, lockfileVersion: 3, requires: true, packages }),
    )
    const { ended, output } = clone.npmRun('mesh', ['a b'], { NODE_ENV: 'production' })
    expect(await ended, output.stderr).to.equal(0)
    expect(output.stdout).to.equal('a b\n')
    expect(existsSync(join(clone.folder, 'node_modules', 'dep', 'package.json'))).to.equal(true)
  })
})
