import { expect } from 'chai'
import type { ExampleMarket } from '../running-example.ts'

/** What the example predictive-maintenance does in a market. */
export function predictiveMaintenance(market: () => ExampleMarket): void {
  it('learns together, and each plant pays on chain for the check that it had', async () => {
    const example = market().run('predictive-maintenance')
    expect(await example.exited, example.output).to.equal(0)
    const { output } = example
    const [, shared = '', own = ''] =
      /model is ([\d.]+) mm\/s off, each plant's own (.*) mm\/s/.exec(output) ?? []
    const owns = own.split(', ').map(Number)
    expect(owns, output).to.have.length(5)
    expect(Number(shared)).to.be.below(owns.reduce((sum, each) => sum + each, 0) / 5)
    expect([...output.matchAll(/^(\S+) .*: ALERT at hour/gm)].map(([, name]) => name)).to.deep.equal([
      'plant-d',
    ])
    expect(output.match(/all is normal/g)).to.have.length(4)
    expect([...output.matchAll(/^settled on chain: (.*)$/gm)].map(([, text]) => text)).to.deep.equal(
      ['a', 'b', 'c', 'd', 'e'].map((plant) => `plant-${plant} paid guard 0.005000 test dollars for 1 check`),
    )
  })

  it('says what to do when its seed is no number, and when there is no market', async () => {
    const wrong = market().run('predictive-maintenance', [], { MESH_SEED: 'x' })
    expect(await wrong.exited).to.equal(1)
    expect(wrong.output).to.include('MESH_SEED is a whole number')
    const nowhere = market().run('predictive-maintenance', [], { MESH_API: 'http://127.0.0.1:9' })
    expect(await nowhere.exited).to.equal(1)
    expect(nowhere.output).to.include('No market answers').and.to.include('mesh up')
  })

  it('leaves the mesh on Ctrl-C', async () => {
    const example = market().run('predictive-maintenance')
    await example.line(/^plant-b joined/)
    example.kill('SIGINT')
    expect(await example.exited, example.output).to.equal(0)
    expect(example.output).not.to.match(/rounds|rror/)
  })
}
