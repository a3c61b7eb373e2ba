import { expect } from 'chai'
import { until } from '../../agent/support/until.ts'
import type { ExampleMarket } from '../running-example.ts'
import { tradesIn } from '../trades.ts'

/** What the example solar-home does in a market. */
export function solarHome(market: () => ExampleMarket): void {
  it('sells what it expects to have left, delivers when the quarter is over and is paid; and ends on Ctrl-C', async () => {
    const example = market().run('solar-home')
    const [, home] = await example.line(/^(0x\w+) sells what a roof/)
    const [, quantity, paid] = await example.line(/^ {2}settled: (\d+) Wh, ([\d.]+) test dollars$/)
    const trade = await until(async () => (await tradesIn(market())).find(({ seller }) => seller === home))
    expect(trade.quantity).to.equal(quantity)
    expect(Number(trade.payment) / 1e6).to.be.closeTo(Number(paid), 1e-4)
    example.kill('SIGINT')
    expect(await example.exited, example.output).to.equal(0)
  })
}
