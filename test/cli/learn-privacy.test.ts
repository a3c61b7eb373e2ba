import { dirname } from 'node:path'
import { expect } from 'chai'
import { epsilonOf } from '../../agent/index.ts'
import { type SimulateOptions, simulate } from '../../cli/learn/simulate.ts'
import { ConfigError } from '../../protocol/errors.ts'
import { temporaryDirectory } from '../community/temporary-file.ts'
import { mesh } from './mesh.ts'

describe('mesh learn, with noise', function () {
  this.timeout(60_000)
  const files = temporaryDirectory()
  const run = (...args: string[]) => mesh(files.path('.'), 'learn', ...args)
  const few = ['simulate', '--clients', '5', '--rounds', '2']

  it('prints the epsilon beside the accuracy', async () => {
    const { code, stdout, stderr } = await run(...few, '--clip', '1', '--noise', '3', '--delta', '1e-4')
    expect(stderr).to.equal('')
    expect(code).to.equal(0)
    const { epsilon } = epsilonOf({ noiseMultiplier: 3, rounds: 2 }, 1e-4)
    expect(stdout.trimEnd().split('\n').slice(-2)).to.satisfy(
      ([accuracy, privacy]: string[]) =>
        /^accuracy \d+\.\d%/.test(accuracy ?? '') &&
        privacy === `epsilon ${epsilon.toFixed(2)} for a delta of 0.0001, central: norm 1, noise 3`,
    )
  })

  it('counts local noise for half, and says so in JSON', async () => {
    const { stdout } = await run(
      ...few,
      '--clip',
      '1',
      '--noise',
      '3',
      '--local',
      '--rule',
      'median',
      '--json',
    )
    const { epsilon } = epsilonOf({ noiseMultiplier: 1.5, rounds: 2 }, 1e-5)
    expect(JSON.parse(stdout).privacy).to.deep.equal({
      where: 'local',
      clip: 1,
      noise: 3,
      rate: 1,
      delta: 1e-5,
      epsilon,
    })
  })

  it('counts the sampling of clients, and draws the same for a seed', async () => {
    const sampled = [...few, '--clip', '1', '--noise', '3', '--rate', '0.5', '--json']
    const [first, second] = await Promise.all([run(...sampled), run(...sampled)])
    expect(first.stdout).to.equal(second.stdout)
    const { epsilon } = epsilonOf({ noiseMultiplier: 3, samplingRate: 0.5, rounds: 2 }, 1e-5)
    expect(JSON.parse(first.stdout).privacy).to.include({ rate: 0.5, epsilon })
  })

  const faulty: [string, Partial<SimulateOptions>, string][] = [
    ['noise on what is not clipped', { noise: 1 }, '--clip'],
    ['clipping without noise', { clip: 1 }, '--clip'],
    ['a rate without noise', { rate: 0.5 }, '--rate'],
    ['a delta that is kept by telling all of one', { clip: 1, noise: 1, delta: 1 / 3 }, '--delta'],
    ['noise of nobody', { local: true }, '--local'],
    ['central noise behind a robust rule', { clip: 1, noise: 1, rule: 'median' }, '--rule'],
    ['sampling against those who see the updates', { clip: 1, noise: 1, local: true, rate: 0.5 }, '--rate'],
    [
      'attackers who hide themselves',
      { clip: 1, noise: 1, local: true, byzantine: 1, attack: 'copier' },
      '--byzantine',
    ],
  ]
  for (const [what, options, field] of faulty) {
    it(`refuses ${what}`, async () => {
      const line = `${Array(64).fill(0)},1\n`
      files.write('optdigits.tes', line)
      const data = dirname(files.write('optdigits.tra', line))
      const usual = {
        data,
        clients: 3,
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
      expect(fault).to.be.instanceOf(ConfigError).with.property('field', field)
    })
  }

  it('epsilon: prints what noise keeps, and the noise that an epsilon needs', async () => {
    const kept = await run('epsilon', '--noise', '4', '--rate', '0.01', '--rounds', '10000')
    expect(kept.stdout).to.match(
      /^epsilon 1\.03\d\d for a delta of 0.00001 \(order \d+\)\ncentral: noise 4\.00000, rate 0.01/,
    )
    const needed = await run('epsilon', '--target', '1', '--rounds', '1', '--delta', '1e-6', '--json')
    expect(JSON.parse(needed.stdout).noise).to.be.closeTo(4.530877117, 1e-4)
    const local = await run(
      'epsilon',
      '--target',
      '1',
      '--rounds',
      '1',
      '--delta',
      '1e-6',
      '--local',
      '--json',
    )
    expect(JSON.parse(local.stdout).noise).to.be.closeTo(2 * 4.530877117, 2e-4)
  })

  it('epsilon: says what is missing or too much', async () => {
    for (const [args, part] of [
      [['--rounds', '1'], 'neither'],
      [['--rounds', '1', '--noise', '1', '--target', '1'], 'both'],
      [['--rounds', '1', '--noise', '1', '--local', '--rate', '0.5'], '--rate'],
    ] as const) {
      const { code, stdout, stderr } = await run('epsilon', ...args)
      expect(stderr).to.include(part).and.include('Remedy: ')
      expect(stdout).to.equal('')
      expect(code).to.equal(1)
    }
    expect((await run('epsilon', '--noise', '1')).code).to.equal(2)
    expect((await run('epsilon', '--noise', '0', '--rounds', '1')).code).to.equal(2)
  })
})
