import { spawnSync } from 'node:child_process'
import { symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { expect } from 'chai'
import { skipUnlessLinux } from '../agent/support/skip.ts'
import { until } from '../agent/support/until.ts'
import { Clone } from './clone.ts'

const repository = dirname(dirname(import.meta.dirname))

describe('launcher: commands', () => {
  let clone: Clone

  beforeEach(() => {
    clone = new Clone()
  })
  afterEach(() => clone.remove())

  it("passes the command's exit code on", async () => {
    clone.write('cli/main.ts', 'process.exit(Number(process.argv[2]))')
    expect(await clone.launch(['mesh', '0']).ended).to.equal(0)
    expect(await clone.launch(['mesh', '42']).ended).to.equal(42)
  })

  it('gives 128 + n for a command that signal n ended', async () => {
    clone.write('cli/main.ts', 'process.kill(process.pid, "SIGKILL")')
    expect(await clone.launch(['mesh']).ended).to.equal(137)
  })

  describe('in a terminal', function () {
    this.timeout(60_000)

    before(function () {
      skipUnlessLinux(this, 'the terminal is made by `script` of util-linux')
    })

    it('lets a command that asks hear the answers, and Ctrl-C as often as it comes', async () => {
      clone.write(
        'cli/main.ts',
        `let presses = 0
        process.on('SIGINT', () => console.log('press ' + ++presses))
        process.stdin.on('data', (line) => {
          console.log('heard ' + line)
          process.exit(42)
        })
        console.log('Well?')`,
      )
      const { process: terminal, output, ended } = clone.launchInTerminal(['mesh', 'ride'])
      const said = (words: string) => until(() => output.stdout.includes(words), 30_000)
      await said('Well?')
      terminal.stdin?.write('\x03')
      await said('press 1')
      // The launcher takes presses that come as soon as this for one.
      await delay(700)
      terminal.stdin?.write('\x03')
      await said('press 2')
      terminal.stdin?.write('yes\n')
      await said('heard yes')
      expect(await ended).to.equal(42)
    })

    it('keeps the keyboard from all others', async () => {
      clone.write('cli/main.ts', "process.stdin.on('end', () => console.log('nothing to read')).resume()")
      const { output, ended } = clone.launchInTerminal(['mesh', 'up'])
      expect(await ended).to.equal(0)
      expect(output.stdout).to.include('nothing to read')
    })
  })

  it('keeps the NODE_OPTIONS of the user', async () => {
    clone.write('cli/main.ts', 'console.log(process.env.NODE_OPTIONS)')
    const { ended, output } = clone.launch(['mesh'], { NODE_OPTIONS: '--stack-trace-limit=3' })
    expect(await ended).to.equal(0)
    expect(output.stdout).to.match(/^--stack-trace-limit=3 --import=file:.*preload\.mjs\n$/)
  })

  it('names its commands when it does not know one', async () => {
    const { ended, output } = clone.launch(['dance'])
    expect(await ended).to.equal(1)
    expect(output.stderr).to.match(/unknown command "dance"\n.*mesh, test, lint/)
  })

  it('tells the error of an example that names its remedy by that, and any other whole', async () => {
    const locked =
      "Object.assign(new Error('In use.\\n  Remedy: End it.', { cause: new Error('LOCK') }), { remedy: 'End it.' })"
    clone.write('examples/locked/index.ts', `await Promise.reject(${locked})`)
    clone.write('examples/broken/index.ts', "throw new Error('Broken.', { cause: new Error('deep') })")
    const [known, unknown] = [clone.launch(['example', 'locked']), clone.launch(['example', 'broken'])]
    expect([await known.ended, await unknown.ended]).to.deep.equal([1, 1])
    expect(known.output.stderr)
      .to.match(/In use\.\n {2}Remedy: End it\.\n$/)
      .and.not.include('LOCK')
    expect(unknown.output.stderr)
      .to.include('Broken.')
      .and.match(/ {4}at .*\[cause\]: Error: deep/s)
  })

  describe('test stages', () => {
    beforeEach(async () => {
      expect(await clone.launch(['mesh']).ended).to.equal(0)
      symlinkSync(join(repository, 'node_modules', 'mocha'), join(clone.folder, 'node_modules', 'mocha'))
      clone.write('node_modules/hardhat/package.json', JSON.stringify({ bin: { hardhat: 'cli.js' } }))
      clone.write(
        'node_modules/hardhat/cli.js',
        'console.log("  9 passing (2s)\\n\\n\\n12 passing (3 solidity, 9 mocha)")',
      )
      clone.write('test/unit.test.ts', "it('a', () => {})\nit('b', () => {})")
      clone.write('test/agent/network/node.test.ts', "it('n', () => {})")
      clone.write('test/e2e/whole.test.ts', "it('c', () => {})")
    })

    it('run in order and sum up', async () => {
      const { ended, output } = clone.launch(['test'])
      expect(await ended, output.stderr).to.equal(0)
      const [contracts, unit, network, e2e, sum] = output.stdout.trimEnd().split('\n').slice(-5)
      expect(contracts).to.match(/^contracts: passed in [\d.]+ s$/)
      expect(unit).to.match(/^unit: passed/)
      expect(network).to.match(/^network: passed/)
      expect(e2e).to.match(/^e2e: passed/)
      expect(sum).to.equal('16 passed, 0 failed')
    })

    it('leave what takes longest, of any kind, to a stage of its own', async () => {
      clone.write('test/e2e/flood.long.test.ts', "it('f', () => {})")
      clone.write('test/slow.long.test.ts', "it('s', () => {})")
      const usual = clone.launch(['test'])
      expect(await usual.ended, usual.output.stderr).to.equal(0)
      expect(usual.output.stdout).to.match(/\ne2e: passed in [\d.]+ s\n16 passed, 0 failed\n$/)
      const long = clone.launch(['test', 'long'])
      expect(await long.ended, long.output.stderr).to.equal(0)
      expect(long.output.stdout).to.match(/\nlong: passed in [\d.]+ s\n2 passed, 0 failed\n$/)
    })

    it('of contracts and units run at the same time, and print one after the other', async () => {
      clone.write(
        'node_modules/hardhat/cli.js',
        `console.log('contracts begin')
        const look = setInterval(() => {
          if (!require('node:fs').existsSync('unit-ran')) return
          clearInterval(look)
          console.log('contracts end, 9 passing')
        }, 10)`,
      )
      clone.write(
        'test/unit.test.ts',
        "import { writeFileSync } from 'node:fs'\nit('a', () => writeFileSync('unit-ran', ''))",
      )
      const { ended, output } = clone.launch(['test'])
      expect(await ended, output.stderr).to.equal(0)
      expect(output.stdout).to.match(/contracts begin\n[^✔]*contracts end[^✔]*✔ a/)
    })

    it('try tests of connections twice, tell why the first attempt failed, and no others', async () => {
      const once =
        "let tried = 0\nit('late', () => { if (tried++ === 0) throw new Error('missed its time') })"
      clone.write('test/agent/network/node.test.ts', once)
      const network = clone.launch(['test', 'network'])
      expect(await network.ended, network.output.stderr).to.equal(0)
      expect(network.output.stdout).to.match(/ 1 retried:\n\n {2}late\n {4}Error: missed its time\n/)
      clone.write('test/unit.test.ts', once)
      expect(await clone.launch(['test', 'unit']).ended).to.equal(1)
    })

    it('stop at the first that fails, with its exit code', async () => {
      clone.write(
        'test/other.test.ts',
        "it('d', () => { throw new Error('no') })\nit('e', () => { throw 1 })",
      )
      const { ended, output } = clone.launch(['test', 'unit', 'e2e'])
      expect(await ended).to.equal(2)
      expect(output.stdout).to.match(/\nunit: FAILED in [\d.]+ s\n2 passed, 2 failed\n$/)
    })

    it('count a stage that fails before its first test as a failure', async () => {
      clone.write('test/unit.test.ts', "throw new Error('does not load')")
      const { ended, output } = clone.launch(['test', 'unit'])
      expect(await ended).to.not.equal(0)
      expect(output.stdout).to.match(/\n0 passed, 1 failed\n$/)
    })

    it('draw from the seed of the sources, or the one that is given, and say which', async () => {
      clone.write('test/unit.test.ts', "it('drew from ' + process.env.MESH_TEST_SEED, () => {})")
      const seedOf = async (seed?: string) => {
        const { ended, output } = clone.launch(
          ['test', 'unit'],
          seed === undefined ? {} : { MESH_TEST_SEED: seed },
        )
        expect(await ended, output.stderr).to.equal(0)
        const [, told] = /^seed (\d+) /.exec(output.stdout) ?? []
        expect(output.stdout).to.include(`drew from ${told}\n`)
        return told
      }
      const git = (...args: string[]) => {
        const options = ['-c', 'user.name=a', '-c', 'user.email=a@b.example', ...args]
        expect(spawnSync('git', options, { cwd: clone.folder }).status).to.equal(0)
      }
      expect(await seedOf('5')).to.equal('5')
      git('init', '-q')
      git('add', 'package.json')
      git('commit', '-q', '-m', 'a')
      const first = await seedOf()
      expect(await seedOf('')).to.equal(first)
      git('add', 'test')
      git('commit', '-q', '-m', 'b')
      expect(await seedOf()).to.not.equal(first)
      const wrong = clone.launch(['test', 'unit'], { MESH_TEST_SEED: 'five' })
      expect(await wrong.ended).to.equal(1)
      expect(wrong.output.stderr).to.include('MESH_TEST_SEED is "five"')
    })

    it('refuse a name that is none', async () => {
      const { ended, output } = clone.launch(['test', 'smoke'])
      expect(await ended).to.equal(1)
      expect(output.stderr)
        .to.include('no test stage "smoke"')
        .and.to.include('contracts, unit, network, e2e')
    })
  })
})
