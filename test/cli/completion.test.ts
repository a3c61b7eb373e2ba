import { spawnSync } from 'node:child_process'
import { expect } from 'chai'
import { Command, Option } from 'commander'
import { fishScript } from '../../cli/completion/fish.ts'
import { completionsOf } from '../../cli/completion/words.ts'
import { skip } from '../agent/support/skip.ts'
import { temporaryDirectory } from '../community/temporary-file.ts'
import { mesh } from './mesh.ts'

const hasBash = spawnSync('bash', ['--version']).status === 0

describe('mesh completion', function () {
  this.timeout(60_000)
  const files = temporaryDirectory()
  let script: string

  before(async function () {
    if (!hasBash) skip(this, 'no bash here, so nobody completes: install it')
    const { code, stdout } = await mesh(files.path('.'), 'completion', 'bash')
    expect(code).to.equal(0)
    script = files.write('completion.bash', stdout)
  })

  /** What bash offers when Tab is pressed after these words, the last of which is begun. */
  function offered(...words: string[]): string[] {
    const typed = ['mesh', ...words].map((word) => `'${word}'`).join(' ')
    const program = [
      `source '${script}'`,
      `COMP_WORDS=(${typed}) COMP_CWORD=${words.length}`,
      '_mesh',
      `printf '%s\\n' "\${COMPREPLY[@]}"`,
    ].join('\n')
    const { status, stdout, stderr } = spawnSync('bash', ['-u', '-c', program], { encoding: 'utf8' })
    expect(status, stderr).to.equal(0)
    return stdout.split('\n').filter((word) => word !== '')
  }

  it('completes commands, and those below them', () => {
    expect(offered('r')).to.include.members(['ride', 'rides', 'replay', 'relay', 'reset'])
    expect(offered('r').filter((word) => !word.startsWith('r'))).to.deep.equal([])
    expect(offered('learn', 'ro')).to.deep.equal(['round'])
    expect(offered('agents', '')).to.include('find')
  })

  it('completes the options of a command, and of no other', () => {
    expect(offered('up', '--dr')).to.deep.equal(['--drivers'])
    expect(offered('learn', 'round', '--part')).to.deep.equal(['--participants'])
    expect(offered('ride', '--participants')).to.deep.equal([])
    expect(offered('--ver')).to.deep.equal(['--version'])
    expect(offered('up', '--port', '9000', '--slot')).to.have.members(['--slot-seconds', '--slots'])
  })

  it('completes what an option may be, and leaves files to bash where that is anything', () => {
    expect(offered('init', '--template', 'd')).to.have.members(['driver', 'data-service'])
    expect(offered('intents', '--side', '')).to.have.members(['buy', 'sell'])
    expect(offered('learn', 'aggregate', '--case', '')).to.deep.equal([])
  })

  it('takes the value of an option for no command', () => {
    expect(offered('init', '--template', 'driver', '--sd')).to.deep.equal(['--sdk'])
  })

  it('is there for zsh and fish, and for no other shell', async () => {
    const zsh = await mesh(files.path('.'), 'completion', 'zsh')
    expect(zsh.stdout)
      .to.match(/^# Completion of mesh for zsh/)
      .and.include('bashcompinit')
    const fish = await mesh(files.path('.'), 'completion', 'fish')
    expect(fish.stdout).to.include("__mesh_at \\'learn\\'").and.include("-a 'round'")
    expect(await mesh(files.path('.'), 'completion', 'tcsh')).to.include({ code: 2, stdout: '' })
  })
})

describe('completions of a program', () => {
  it('are its commands and options, as they were declared, with what has to be quoted', () => {
    const program = new Command('mesh').helpCommand(false)
    const ride = new Command('ride').description("a rider's trip: from the wish to the payment")
    ride.addOption(new Option('-s, --seats <number>', 'for how many').choices(['1', '2']))
    program.addCommand(ride)
    const all = completionsOf(program)
    expect(all.map(({ path }) => path)).to.deep.equal(['', 'ride'])
    expect(all[1]?.options[0]).to.deep.equal({
      ...{ long: '--seats', short: '-s', description: 'for how many' },
      ...{ takesValue: true, choices: ['1', '2'] },
    })
    expect(fishScript(all))
      .to.include("-f -a 'ride' -d 'a rider\\'s trip'")
      .and.include("-l seats -s s -r -f -a '1 2'")
  })
})
