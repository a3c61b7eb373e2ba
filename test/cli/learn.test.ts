import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { expect } from 'chai'
import { type AggregateCommandOptions, aggregateFile } from '../../cli/learn/aggregate.ts'
import { MeshError } from '../../protocol/errors.ts'
import { temporaryDirectory } from '../community/temporary-file.ts'
import { mesh } from './mesh.ts'

const vectors = fileURLToPath(new URL('../vectors/aggregators.json', import.meta.url))
const main = fileURLToPath(new URL('../../cli/main.ts', import.meta.url))

describe('mesh learn aggregate', function () {
  this.timeout(60_000)
  const files = temporaryDirectory()
  const aggregate = (...args: string[]) => mesh(files.path('.'), 'learn', 'aggregate', ...args)

  it('prints the aggregate of a case, coordinate by coordinate', async () => {
    const { code, stdout } = await aggregate(vectors, '--case', 'tiny-hand', '--rule', 'krum')
    expect(code).to.equal(0)
    expect(stdout.trimEnd().split('\n')).to.deep.equal([
      'tiny-hand: krum of 5 updates with 2 values each, of which 1 may be Byzantine',
      '',
      'coordinate  aggregate',
      '         0  1.25',
      '         1  1.75',
    ])
  })

  it('prints JSON, with the parameters that were given', async () => {
    const { cases } = JSON.parse(readFileSync(vectors, 'utf8'))
    files.write('one.json', JSON.stringify(cases[1]))
    const given = '--rule centred-clipping --radius 1 --iterations 3 --start mean --json'.split(' ')
    const { aggregate: result, ...rest } = JSON.parse((await aggregate('one.json', ...given)).stdout)
    expect(rest).to.deep.equal({ case: 'ALIE z=1.5 n11 f2', rule: 'centred-clipping', n: 11, d: 32, f: 2 })
    const expected: number[] = cases[1].expected.cclip_tau1_T3_v0mean
    expect(result).to.have.length(expected.length)
    for (const [i, value] of expected.entries()) expect(result[i]).to.be.closeTo(value, 1e-12)
  })

  it('reads the standard input, and trims f values where no proportion is said', async () => {
    const child = spawn(
      process.execPath,
      [main, 'learn', 'aggregate', '-', '--rule', 'trimmed-mean', '--json'],
      { stdio: ['pipe', 'pipe', 'inherit'] },
    )
    child.stdin.end('{"inputs": [[1, 2], [2, 1], [100, -100]], "f": 1}')
    expect(JSON.parse(await text(child.stdout))).to.deep.include({ case: 'stdin', aggregate: [2, 1] })
  })

  it('prints the names of the cases', async () => {
    expect((await aggregate(vectors, '--cases')).stdout.trimEnd().split('\n')).to.deep.equal([
      'tiny-hand',
      'ALIE z=1.5 n11 f2',
      'IPM eps0.1 n25 f5',
    ])
  })

  it('names a rule that there is not, with the one that was meant, and exits with 1', async () => {
    const { code, stdout, stderr } = await aggregate(vectors, '--case', 'tiny-hand', '--rule', 'trimed_mean')
    expect(stderr).to.include('Did you mean `trimmed-mean`?').and.include('trimed_mean')
    expect(stdout).to.equal('')
    expect(code).to.equal(1)
  })

  const one = { inputs: [[1], [2]], f: 0 }
  const faulty: [string, unknown, Partial<AggregateCommandOptions>, string[]][] = [
    ['no case, of several', { cases: [{ name: 'x' }, { name: 'y' }] }, {}, ['--case', 'one of: x, y']],
    [
      'a case that there is not',
      { cases: [{ name: 'x' }] },
      { case: 'z' },
      ['--case', 'one of: x', 'Received: z'],
    ],
    ['no inputs', { f: 1 }, {}, ['faulty.json: inputs', 'an array']],
    ['a value that is none', { inputs: [[1], ['x']] }, {}, ['inputs[1][0]', 'a number', '"x"']],
    ['nothing in an input', { inputs: [[]] }, {}, ['inputs[0]', 'at least 1 entry']],
    ['inputs of different lengths', { inputs: [[1], [2, 3]] }, {}, ['inputs[1]', '1 values', 'Received: 2']],
    ['inputs that are missing', { ...one, n: 3 }, {}, ['inputs', '3 updates, as n says', 'Received: 2']],
    [
      'too few examples, within a case',
      { cases: [{ name: 'x', ...one, num_examples: [1] }] },
      {},
      ['cases[0].num_examples', '2 numbers'],
    ],
    ['examples of nobody', { ...one, num_examples: [1, 0] }, {}, ['num_examples[1]', 'more than 0']],
    ['a half that is trimmed', { ...one, trim_proportion: 0.5 }, {}, ['trim_proportion', 'less than 0.5']],
    ['a misspelt field', { ...one, numexamples: [1, 1] }, {}, ['numexamples', '`num_examples`']],
    ['too few updates', one, { rule: 'bulyan' }, ['4f + 3', '3 or more', 'Received: 2']],
    ['no f', { inputs: [[1], [2], [3]] }, { rule: 'krum' }, ['Field: f', 'nothing']],
    [
      'an option that the rule does not look at',
      one,
      { rule: 'nnm+median', bucketSize: 3 },
      ['--bucket-size', '--rule bucketing', '--rule nnm+median'],
    ],
  ]
  for (const [what, json, options, parts] of faulty) {
    it(`names field and remedy of ${what}`, () => {
      const file = files.write('faulty.json', JSON.stringify(json))
      let fault: unknown
      try {
        aggregateFile(file, { rule: 'mean', ...options })
      } catch (error) {
        fault = error
      }
      expect(fault).to.be.instanceOf(MeshError)
      for (const part of [...parts, 'Remedy:']) expect((fault as MeshError).message).to.include(part)
    })
  }

  it('says what is no JSON, and which number is none', async () => {
    files.write('faulty.json', '{ "inputs": [')
    expect((await aggregate('faulty.json', '--rule', 'mean')).stderr).to.include('not JSON')
    files.write('faulty.json', '{ "inputs": [[1e999]] }')
    expect((await aggregate('faulty.json', '--rule', 'mean')).stderr).to.include('inputs[0][0]')
  })
})
