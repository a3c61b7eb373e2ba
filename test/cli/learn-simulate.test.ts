import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect } from 'chai'
import { type SimulateOptions, simulate } from '../../cli/learn/simulate.ts'
import { readDigits } from '../../community/read-digits.ts'
import { ConfigError } from '../../protocol/errors.ts'
import { idx } from '../community/idx.ts'
import { temporaryDirectory } from '../community/temporary-file.ts'
import { mesh } from './mesh.ts'

describe('mesh learn simulate', function () {
  this.timeout(60_000)
  const files = temporaryDirectory()
  const run = (...args: string[]) => mesh(files.path('.'), 'learn', 'simulate', ...args)
  const few = ['--clients', '5', '--rounds', '3']

  it('prints the accuracy after each round, and the mean of the last', async () => {
    const { code, stdout, stderr } = await run(...few, '--byzantine', '1', '--attack', 'backdoor')
    expect(stderr).to.equal('')
    expect(code).to.equal(0)
    const lines = stdout.trimEnd().split('\n')
    expect(lines[0]).to.equal('5 clients, 1 attacks by backdoor; mean, iid, seed 1')
    expect(lines[2]).to.match(/^round +accuracy +backdoor$/)
    const rows = lines.slice(3, 6).map((each) => each.trim().split(/ +/))
    expect(rows.map(([round]) => round)).to.deep.equal(['1', '2', '3'])
    for (const [, ...shares] of rows) for (const share of shares) expect(share).to.match(/^\d+\.\d%$/)
    expect(lines.at(-1)).to.match(/^accuracy \d+\.\d%, the mean of the last 3 rounds$/)
  })

  it('prints JSON: the run, and the same shares', async () => {
    const options = [
      ...few,
      '--byzantine',
      '2',
      '--attack',
      'ipm:0.25',
      '--rule',
      'nnm+median',
      '--seed',
      '7',
    ]
    const { code, stdout } = await run(...options, '--split', 'noniid', '--hidden', '8,4', '--json')
    expect(code).to.equal(0)
    const { accuracy, rounds, ...settings } = JSON.parse(stdout)
    expect(settings).to.deep.equal({
      clients: 5,
      byzantine: 2,
      attack: 'ipm',
      strength: 0.25,
      rule: 'nnm+median',
      split: 'noniid',
      seed: 7,
      fraction: 1,
      hidden: [8, 4],
      batchSize: 16,
      learningRate: 0.1,
    })
    const shares: number[] = rounds.map((round: { accuracy: number }) => round.accuracy)
    expect(shares).to.have.lengthOf(3)
    expect(accuracy).to.be.closeTo(
      shares.reduce((sum, share) => sum + share / 3, 0),
      1e-12,
    )
  })

  const faulty: [string, Partial<SimulateOptions>, string[]][] = [
    ['an attack that is none', { attack: 'ipn' }, ['--attack', 'sign-flip, label-flip', 'ipn']],
    ['attackers of whom nobody says what they do', { byzantine: 1 }, ['--attack', 'nothing']],
    ['a strength that is none', { attack: 'ipm:much' }, ['--attack', 'ipm:much']],
    ['a strength of what has none', { attack: 'copier:2' }, ['attack.strength', 'copier']],
    [
      'as many attackers as others',
      { byzantine: 10, attack: 'ipm' },
      ['--byzantine', 'fewer than half of 20'],
    ],
    ['a rule that is none', { rule: 'meen' }, ['rule', '`mean`']],
    ['more clients than there is data for', { clients: 2 }, ['clients', 'at most 1']],
    [
      'a setting that the rule does not look at',
      { radius: 2 },
      ['--radius', 'centred-clipping', '--rule mean'],
    ],
    ['a folder without digits', { data: 'nowhere' }, ['optdigits.tra', 'Remedy:']],
  ]
  for (const [what, options, parts] of faulty) {
    it(`names field and remedy of ${what}`, async () => {
      const line = `${Array(64).fill(0)},1\n`
      files.write('optdigits.tes', line)
      const data = dirname(files.write('optdigits.tra', line))
      const usual = {
        data,
        clients: 20,
        byzantine: 0,
        rule: 'mean',
        split: 'iid' as const,
        rounds: 1,
        seed: 1,
        fraction: 1,
        hidden: [4],
        batchSize: 16,
        learningRate: 0.1,
        workers: 1,
      }
      const fault = await simulate({ ...usual, ...options }).catch((error: unknown) => error)
      expect(fault).to.be.instanceOf(ConfigError)
      for (const part of [...parts, 'Remedy: ']) expect(fault).to.have.property('message').that.includes(part)
    })
  }

  it('comes to the same with threads, and with the digits in the format of MNIST', async () => {
    const { training, test } = readDigits(fileURLToPath(new URL('../../data/learning', import.meta.url)))
    for (const [name, { rows, inputs, targets }] of Object.entries({ train: training, t10k: test })) {
      const pixels = Uint8Array.from(inputs, (each) => Math.round(each * 255))
      files.write(`${name}-images-idx3-ubyte`, idx([rows, 8, 8], pixels))
      files.write(`${name}-labels-idx1-ubyte`, idx([rows], Uint8Array.from(targets)))
    }
    const some = [
      '--data',
      files.path('.'),
      '--clients',
      '30',
      '--fraction',
      '0.2',
      '--rounds',
      '2',
      '--json',
    ]
    const [alone, threads] = await Promise.all([run(...some), run(...some, '--workers', '3')])
    expect([alone.code, threads.code]).to.deep.equal([0, 0])
    expect(JSON.parse(alone.stdout).accuracy).to.be.above(0.3)
    expect(threads.stdout).to.equal(alone.stdout)
  })

  it('clips at another radius', async () => {
    const rule = ['--rule', 'centred-clipping', '--json']
    const [wide, narrow] = await Promise.all([run(...few, ...rule), run(...few, ...rule, '--radius', '0.01')])
    expect(JSON.parse(narrow.stdout).accuracy).to.be.below(JSON.parse(wide.stdout).accuracy)
  })

  it('says what is wrong on stderr alone, with exit code 1', async () => {
    const { code, stdout, stderr } = await run('--attack', 'ipn')
    expect(stderr).to.include('Remedy: ').and.not.include('    at ')
    expect(stdout).to.equal('')
    expect(code).to.equal(1)
  })

  it('answers a split that is none with exit code 2', async () => {
    const { code, stderr } = await run('--split', 'random')
    expect(stderr).to.include('iid, noniid')
    expect(code).to.equal(2)
  })
})
