import { expect } from 'chai'
import type { ExampleMarket } from '../running-example.ts'

/** What the example warehouse-fleet does in a market. */
export function warehouseFleet(market: () => ExampleMarket): void {
  it('goes on in each hall while they are cut off from each other and the chain, and settles all of it', async () => {
    const example = market().run('warehouse-fleet')
    expect(await example.exited, example.output).to.equal(0)
    const parts = example.output.split(/^(?:PARTITION|the lines are mended).*$/m)
    expect(parts).to.have.length(3)
    const handed = parts.map((part) =>
      [...part.matchAll(/^(\S+) handed over to (\S+):/gm)].map(([, from, to]) => `${from} ${to}`),
    )
    const [before = [], during = [], after = []] = handed
    const isWithinHall = (pair: string) => /robot-[12] robot-[12]|robot-[34] robot-[34]/.test(pair)
    for (const [robot, other] of ['12', '21', '34', '43']) {
      expect(parts[1]).to.include(`robot-${robot} reaches robot-${other}, and no chain; it goes on`)
    }
    // Both halls go on, and neither reaches the other one; before and afterwards they do.
    expect(during.filter((pair) => !isWithinHall(pair))).to.deep.equal([])
    expect(during.some((pair) => pair.startsWith('robot-1') || pair.startsWith('robot-2'))).to.equal(true)
    expect(during.some((pair) => pair.startsWith('robot-3') || pair.startsWith('robot-4'))).to.equal(true)
    for (const pairs of [before, after]) expect(pairs.some((pair) => !isWithinHall(pair))).to.equal(true)
    const settled = [...example.output.matchAll(/^settled on chain: (\S+) paid (\S+) .* for (\d+) tasks$/gm)]
    const paid = new Map<string, number>()
    for (const [, from, to, count] of settled) {
      paid.set(`${from} ${to}`, (paid.get(`${from} ${to}`) ?? 0) + Number(count))
    }
    const owed = new Map<string, number>()
    for (const pair of handed.flat()) owed.set(pair, (owed.get(pair) ?? 0) + 1)
    expect(Object.fromEntries(paid)).to.deep.equal(Object.fromEntries(owed))
  })
}
