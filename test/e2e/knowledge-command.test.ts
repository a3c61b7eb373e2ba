import { expect } from 'chai'
import { mesh } from '../cli/mesh.ts'
import { temporaryDirectory } from '../community/temporary-file.ts'

describe('mesh knowledge demo', function () {
  this.timeout(120_000)
  const files = temporaryDirectory()
  const run = (...args: string[]) => mesh(files.path('.'), 'knowledge', 'demo', ...args)

  it('prints that the same thing costs a tenth the second time, and then nothing', async () => {
    const { code, stdout, stderr } = await run('--price', '0.05', '--json')
    expect(code, stderr).to.equal(0)
    const { askings, checks, secondToFirst, computed } = JSON.parse(stdout)
    expect(askings.map(({ from, paid }: { from: string; paid: number }) => [from, paid])).to.deep.equal([
      ['provider', 50_000],
      ['holder', 5_000],
      ['memory', 0],
    ])
    expect([secondToFirst, computed]).to.deep.equal([0.1, 1])
    expect(Object.values(checks)).to.deep.equal([true, true, true, true])
    const [first, second, third] = askings.map(({ bytes }: { bytes: number }) => bytes)
    expect([second, third]).to.deep.equal([first, 0])
  })

  it('says what there is before it starts anything', async () => {
    const { code, stderr } = await run('--question', '2026-01-01T00:00Z/2026-01-02T00:00Z')
    expect(code).to.equal(1)
    expect(stderr).to.include('an interval between 2021-03-08T00:00Z and 2021-03-28T23:45Z')
    expect((await run('--question', 'yesterday')).stderr).to.include('Write it like 2021-03-08T06:00Z')
    expect((await run('--price', 'much')).code).to.equal(2)
  })
})
