import { expect } from 'chai'
import { mesh } from '../cli/mesh.ts'
import { temporaryDirectory } from '../community/temporary-file.ts'

describe('mesh learn round', function () {
  this.timeout(120_000)
  const files = temporaryDirectory()
  const run = (...args: string[]) => mesh(files.path('.'), 'learn', 'round', ...args)

  it('has agents train a model, and pays them all that the requester spent', async () => {
    const { code, stdout, stderr } = await run(
      '--participants',
      '2',
      '--evaluators',
      '1',
      '--rounds',
      '1',
      '--json',
    )
    expect(code, stderr).to.equal(0)
    const { told, earners, spent, checks } = JSON.parse(stdout)
    expect(told[1]).to.be.greaterThan(told[0] + 0.2)
    expect(earners.map(({ role }: { role: string }) => role)).to.deep.equal([
      'participant',
      'participant',
      'evaluator',
    ])
    const earned = earners.map(({ earned: [amount] }: { earned: number[] }) => amount)
    expect(Math.min(...earned)).to.be.greaterThan(0)
    expect(earned.reduce((sum: number, amount: number) => sum + amount, 0)).to.equal(spent[0])
    expect(checks).to.deep.equal({ round1ByScore: true, moneyConserved: true })
  })

  it('refuses a round of nobody', async () => {
    const { code, stderr } = await run('--participants', '0')
    expect(code).to.equal(2)
    expect(stderr).to.include('--participants')
  })
})
