import { expect } from 'chai'
import type { ExampleMarket } from '../running-example.ts'

/** What the example bus-lines does in a market. */
export function busLines(market: () => ExampleMarket): void {
  it('agrees on one shift for nothing and on one for money, which is settled', async () => {
    const example = market().run('bus-lines')
    expect(await example.exited, example.output).to.equal(0)
    // 40 × 19 + 60 × 19 + 10 × 14 minutes; at the end 10 × 14.
    expect(example.output).to.match(/^before: .* passengers wait 2040 min/m)
    expect(example.output).to.match(/^agreed for nothing: R7 leaves 1 min later for T1; signed by 0x/m)
    // B2 loses 20,000 a day and its own passengers save 10,000; T1 saves 40 × 19 × 1,000: half way between.
    expect(example.output).to.match(
      /^agreed for money: B2 leaves 1 min later for T1; settled on chain for 0\.385000 test dollars/m,
    )
    expect(example.output).to.match(/^after: T1 at :0 every 20 min, B2 at :6 .*, R7 at :4 .* wait 140 min/m)
  })
}
