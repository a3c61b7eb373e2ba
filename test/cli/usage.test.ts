import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { expect } from 'chai'
import type { Command } from 'commander'
import { checkNodeVersion } from '../../cli/node-version.ts'
import { createProgram } from '../../cli/program.ts'
import { temporaryDirectory } from '../community/temporary-file.ts'
import { meshHere } from './in-process.ts'
import { mesh, type Run, startMesh } from './mesh.ts'

describe('the mesh command', function () {
  this.timeout(60_000)
  const files = temporaryDirectory()
  before(() => files.write('bad.csv', 'time,a_load_wh,b_load_wh\n2021-03-08T00:00Z,1,lots\n'))

  const wrong: [string, string[], string][] = [
    ['an unknown command', ['fly'], "unknown command 'fly'"],
    ['an unknown option', ['doctor', '--fast'], "unknown option '--fast'"],
    ['too few processes', ['up', '--processes', '1'], 'from 2 to 64'],
    ['a slot length that is no number', ['up', '--slot-seconds', 'quick'], 'number of seconds'],
    [
      'a first slot of the data where meters tell',
      ['up', '--mqtt', 'x', '--from', '3'],
      "'--from <slot>' cannot be used with option '--mqtt <file>'",
    ],
    ['a port that is none', ['relay', '--port', '70000'], 'from 0 to 65534'],
    ['a method that is none', ['rides', 'match', '-', '--method', 'luck'], 'auction, optimal, greedy'],
    ['no slots', ['replay', 'energy', '--slots', '0'], 'whole number'],
    ['an aggregation without its rule', ['learn', 'aggregate', 'x'], "required option '--rule <name>'"],
    ['a radius of nothing', ['learn', 'aggregate', 'x', '--radius', '0'], 'a number above 0'],
    ['a mechanism that is none', ['market', 'clear', 'x', '--mechanism', 'x'], 'Allowed choices are uniform'],
    [
      'a ride from nowhere',
      ['ride', '--from', 'home', '--to', '4.4,52.05'],
      'longitude first: 4.3902,52.0462',
    ],
    [
      'a time without a unit',
      ['ride', '--from', '4.39,52.04', '--to', '4.4,52.05', '--within', '10'],
      '90s, 10min or 1h',
    ],
    ['a ride to nowhere', ['ride', '--from', '-4.39,52.04'], "required option '--to <point>'"],
    ['an option without its value', ['replay', 'energy', '--data'], 'argument missing'],
  ]
  for (const [what, args, message] of wrong) {
    it(`answers ${what} with exit code 2, on stderr alone`, async () => {
      const { code, stdout, stderr } = await meshHere(...args)
      expect(stderr).to.include(message).and.include('--help')
      expect(stdout).to.equal('')
      expect(code).to.equal(2)
    })
  }

  for (const [what, args, meant] of [
    ['a command', ['ridde'], 'ride'],
    ['a command below another', ['learn', 'rounds'], 'round'],
    ['an option', ['up', '--driver', '3'], '--drivers'],
    ['an option of a command below another', ['learn', 'round', '--participant', '3'], '--participants'],
    ['an option that it cannot do without', ['buy', 'energy', '--hw', '5'], '--wh'],
  ] as const) {
    it(`guesses what ${what} that there is not was meant to be`, async () => {
      const { code, stdout, stderr } = await meshHere(...args)
      expect(stderr).to.include(`(Did you mean ${meant}?)`)
      expect({ code, stdout }).to.deep.equal({ code: 2, stdout: '' })
    })
  }

  it('guesses which option of which command was meant, before it asks for another that is missing', () => {
    for (const command of commandsOf(createProgram(() => undefined))) {
      if (command.commands.length > 0) continue
      for (const { long = '' } of command.options) {
        let error = ''
        command.configureOutput({
          writeErr: (text) => {
            error += text
          },
        })
        const mistyped = `${long.slice(0, -2)}${long.at(-1)}${long.at(-2)}`
        if (mistyped === long) continue
        expect(() => command.parse([mistyped], { from: 'user' })).to.throw(`unknown option '${mistyped}'`)
        expect(error, `${command.name()} ${mistyped}`).to.include(long)
      }
    }
  })

  it('has examples in the help of every command there is, and -v', () => {
    const all = commandsOf(createProgram(() => undefined))
    expect(all.length).to.be.above(25)
    for (const command of all) {
      const help = helpOf(command)
      expect(help).to.match(/\n\nExamples:\n(?: {2}.*\n)* {2}\$ .*mesh /)
      if (command.commands.length === 0) expect(help).to.match(/ -v, --verbose +\S/)
    }
  })

  it('tells causes and places of an error with -v alone', async () => {
    const args = ['trades', '--api', 'http://127.0.0.1:1']
    const brief = await meshHere(...args)
    const whole = await meshHere(...args, '-v')
    expect(brief.stderr).to.match(/^The API of the market does not answer\.\n(?: {2}\w+: .*\n)+$/)
    expect(whole.stderr)
      .to.include(brief.stderr.trimEnd())
      .and.match(/ {4}at .*\[cause\]/s)
    expect([brief.code, whole.code]).to.deep.equal([1, 1])
  })

  it('logs more with -v, where it logs, unless something else is asked for', () => {
    const serve = (...args: string[]) => {
      const command = createProgram(() => undefined).commands.find((each) => each.name() === 'serve')
      return command
        ?.action(() => undefined)
        .parse(args, { from: 'user' })
        .opts().logLevel
    }
    expect(serve()).to.equal('info')
    expect(serve('-v')).to.equal('debug')
    expect(serve('-v', '--log-level', 'warn')).to.equal('warn')
  })

  it('tells its exit codes, by `mesh help`, and explains a command by `mesh help COMMAND`', async () => {
    const { code, stdout } = await meshHere('help')
    expect(code).to.equal(0)
    expect(stdout).to.match(/Exit codes:\n +0 .*\n +1 .*\n +2 .*\n +128 \+ n /)
    expect((await meshHere('help', 'relay')).stdout).to.equal((await meshHere('relay', '--help')).stdout)
  })

  it('names itself as it was called', async () => {
    const child = startMesh(files.path('.'), ['trades', '--api', 'http://127.0.0.1:1'], {
      npm_lifecycle_event: 'mesh',
      MESH_LAUNCHER_PID: '1',
    })
    expect(await text(child.stderr)).to.include('`npm run -s mesh -- up`')
  })

  const unread: [string, string[], number][] = [
    ['at once, as others do', ['--help'], 141],
    [
      'in good order where it has one',
      ['relay', '--host', '127.0.0.1', '--port', '0', '--stun-port', '0'],
      143,
    ],
  ]
  for (const [how, args, code] of unread) {
    it(`ends ${how} when nobody reads on: mesh ${args[0]}`, async () => {
      const child = startMesh(files.path('.'), args)
      child.stdout.destroy()
      const exited = once(child, 'exit')
      expect(await text(child.stderr)).to.equal('')
      expect(await exited).to.deep.equal([code, null])
    })
  }

  for (const args of [['--help'], ['learn', 'aggregate', '-h']]) {
    it(`explains ${args.join(' ')} on stdout`, async () => {
      const { code, stdout, stderr } = await meshHere(...args)
      expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' })
      expect(stdout).to.include('Usage: mesh').and.include('Example')
    })
  }

  const faulty: [string, string[], string[]][] = [
    ['a home whose meter says nothing', ['up', '--home', 'roof'], ['--tokens FILE', '--mqtt FILE']],
    ['a file that is not there', ['replay', 'energy', '--data', 'nowhere.csv'], ['nowhere.csv', 'Remedy:']],
    [
      'a value that is none',
      ['replay', 'energy', '--data', files.path('bad.csv')],
      ['bad.csv, line 2', 'column b_load_wh'],
    ],
    ['a price that is none', ['replay', 'energy', '--retail', 'dear'], ['--retail', 'dear']],
    ['a tariff without a gain', ['replay', 'energy', '--feed-in', '0.30'], ['--feed-in', 'retail']],
    ['a slot that is not there', ['replay', 'energy', '--from', '2016'], ['--from', '2016']],
    ['a time that is not there', ['up', '--from', '2020-01-01T00:00Z'], ['--from', '2021-03-08T00:00Z']],
    [
      'a ride in a market that is not there',
      ['ride', '--from', '-73.98,40.69', '--to', '-73.95,40.66', '--api', 'http://127.0.0.1:1'],
      ['--api', 'Begin a market with `mesh up`'],
    ],
    [
      'a fare that is none',
      ['ride', '--from', '4.39,52.04', '--to', '4.4,52.05', '--max-fare', '0.0000001'],
      ['--max-fare', 'at most six decimals'],
    ],
    [
      'half of a delivery',
      ['buy', 'energy', '--wh', '500', '--start', '2021-03-08T12:00Z'],
      ['--end', 'Say when it begins and when it ends'],
    ],
    [
      'a delivery that ends before it begins',
      ['buy', 'energy', '--wh', '500', '--start', '2021-03-08T12:00Z', '--end', '2021-03-08T11:00Z'],
      ['--end', 'later than 2021-03-08T12:00Z'],
    ],
    ['a community that is not there', ['up', '--homes', 'nowhere.json'], ['nowhere.json']],
  ]
  for (const [what, args, parts] of faulty) {
    it(`names field and remedy of ${what}, on stderr, with exit code 1`, async () => {
      fails(await meshHere(...args), parts)
    })
  }

  it('ends as a process does: 0, 2, and 1 with the error on stderr', async () => {
    const [version, unknown, failed] = await Promise.all([
      mesh(files.path('.'), '--version'),
      mesh(files.path('.'), 'fly'),
      mesh(files.path('.'), 'up', '--rpc-url', 'http://127.0.0.1:1'),
    ])
    expect(version.code).to.equal(0)
    expect(version.stdout).to.match(/^\d+\.\d+\.\d+\n$/)
    expect([unknown.code, unknown.stdout]).to.deep.equal([2, ''])
    expect(unknown.stderr).to.include("unknown command 'fly'")
    fails(failed, ['--rpc-url', 'Remedy:'])
  })
})

function fails({ code, stdout, stderr }: Run, parts: readonly string[]): void {
  for (const part of parts) expect(stderr).to.include(part)
  expect(stderr).to.not.include('    at ')
  expect(stdout).to.equal('')
  expect(code).to.equal(1)
}

/** All commands below one. */
function commandsOf({ commands }: Command): Command[] {
  return commands.flatMap((each) => [each, ...commandsOf(each)])
}

function helpOf(command: Command): string {
  let help = ''
  command.configureOutput({
    writeOut: (text) => {
      help += text
    },
  })
  command.outputHelp()
  return help
}

describe('checkNodeVersion', () => {
  it('takes 24.12 and everything newer', () => {
    for (const version of ['24.12.0', '24.21.0', '25.0.0', '26.1.2']) {
      expect(checkNodeVersion(version), version).to.equal(undefined)
    }
  })

  it('names both versions and the remedy for anything older', () => {
    for (const version of ['20.20.2', '22.18.0', '24.11.1', '24.9.0']) {
      expect(checkNodeVersion(version)).to.include(version).and.include('24.12').and.include('Remedy')
    }
  })
})
