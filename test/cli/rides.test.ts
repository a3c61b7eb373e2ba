import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import { temporaryDirectory } from '../community/temporary-file.ts'
import { mesh } from './mesh.ts'

describe('mesh rides match', function () {
  this.timeout(60_000)
  const files = temporaryDirectory()
  const match = (content: unknown, ...args: string[]) => {
    files.write('batch.json', JSON.stringify(content))
    return mesh(files.path('.'), 'rides', 'match', 'batch.json', ...args)
  }
  const { cases, infeasible } = JSON.parse(
    readFileSync(new URL('../vectors/assignment.json', import.meta.url), 'utf8'),
  )

  for (const method of ['auction', 'optimal']) {
    it(`prints the published totals by ${method}, and who is left over`, async () => {
      for (const { cost, expected, total } of cases) {
        const result = JSON.parse((await match({ cost }, '--method', method, '--json')).stdout)
        expect(result).to.include({ method, total, matched: 3, shareOfOptimum: 1 })
        expect(result.pairs.map((pair: { cost: number }) => pair.cost)).to.deep.equal(expected)
      }
      const { code, stdout } = await match({ cost: infeasible[0] }, '--method', method, '--json')
      expect(JSON.parse(stdout)).to.deep.include({ matched: 2, total: 2 })
      expect(JSON.parse(stdout).unmatchedRiders.length).to.equal(1)
      expect(JSON.parse(stdout).unmatchedDrivers.length).to.equal(1)
      expect(code).to.equal(0)
    })
  }

  it('measures positions, and holds greed against the least that is possible', async () => {
    const line = {
      riders: [
        [0, 0],
        [0.001, 0],
      ],
      drivers: [
        [0.0011, 0],
        [-0.003, 0],
        [0.0004, 0],
      ],
    }
    const { stdout } = await match(line, '--method', 'greedy')
    expect(stdout).to.include('2 riders, 3 drivers, matched by greedy')
    expect(stdout).to.match(/^ +0 +2 +44\.5$/m)
    expect(stdout).to.include('100.0% of the least')
    expect(stdout).to.include('without a rider: 1')
    const dear = JSON.parse(
      (
        await match(
          {
            cost: [
              [1, 2.5],
              [1, 10],
            ],
          },
          '--method',
          'greedy',
          '--json',
        )
      ).stdout,
    )
    expect(dear).to.deep.include({ total: 11, optimum: { matched: 2, total: 3.5 }, shareOfOptimum: 11 / 3.5 })
  })

  const faulty: [string, unknown, string[]][] = [
    ['a cost that is none', { cost: [[1, 'x']] }, ['cost.0.1', '"x"', 'Remedy']],
    ['rows of different lengths', { cost: [[1, 2], [3]] }, ['cost[1]', '2 costs']],
    ['a position that is none', { riders: [[4]], drivers: [] }, ['riders.0', 'Remedy']],
    ['a latitude beyond the pole', { riders: [[4, 99]], drivers: [] }, ['riders.0.1', '90']],
    ['riders without drivers', { riders: [[4, 52]] }, ['either riders and drivers, or cost']],
  ]
  for (const [what, content, parts] of faulty) {
    it(`names the place of ${what}, on stderr, with exit code 1`, async () => {
      const { code, stdout, stderr } = await match(content)
      for (const part of parts) expect(stderr).to.include(part)
      expect(stderr).to.not.include('    at ')
      expect(stdout).to.equal('')
      expect(code).to.equal(1)
    })
  }
})
