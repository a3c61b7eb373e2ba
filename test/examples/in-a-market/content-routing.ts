import { expect } from 'chai'
import type { ExampleMarket } from '../running-example.ts'

/** What the example content-routing does in a market. */
export function contentRouting(market: () => ExampleMarket): void {
  it('fetches from the cheapest who has it, and every unit is settled on chain', async () => {
    const example = market().run('content-routing')
    expect(await example.exited, example.output).to.equal(0)
    const fetched = [...example.output.matchAll(/^(\S+) fetched \S+ from (\S+): (\d+) bytes, (\d+) units/gm)]
    expect(fetched.map(([, ...parts]) => parts.join(' '))).to.deep.equal([
      'edge-a origin 300000 5',
      'edge-b edge-a 300000 5',
      'edge-c edge-a 300000 5',
      'edge-c origin 50000 1',
    ])
    const settled = [...example.output.matchAll(/^settled on chain: (.*)$/gm)].map(([, text]) => text)
    expect(settled).to.have.members([
      'edge-a paid origin 0.004500 test dollars for 5 units',
      'edge-b paid edge-a 0.001000 test dollars for 5 units',
      'edge-c paid edge-a 0.001000 test dollars for 5 units',
      'edge-c paid origin 0.000900 test dollars for 1 units',
    ])
  })
}
