import { expect } from 'chai'
import { until } from '../../agent/support/until.ts'
import type { ExampleMarket } from '../running-example.ts'
import { tradesIn } from '../trades.ts'

/** What the example electric-car does in a market. */
export function electricCar(market: () => ExampleMarket): void {
  it('charges at noon and sells in the evening for more; and ends on Ctrl-C', async () => {
    const example = market().run('electric-car')
    const [, car] = await example.line(/^(0x\w+) is a car/)
    await example.line(/^ {2}settled: \d+ Wh, received [\d.]+ test dollars/)
    const { bought, sold } = await until(async () => {
      const trades = await tradesIn(market())
      const bought = trades.filter(({ buyer }) => buyer === car)
      const sold = trades.filter(({ seller }) => seller === car)
      return bought.length > 0 && sold.length > 0 ? { bought, sold } : undefined
    })
    const priceOf = ({ payment, quantity }: { payment: string; quantity: string }) =>
      Number(payment) / Number(quantity)
    expect(Math.min(...sold.map(priceOf))).to.be.above(Math.max(...bought.map(priceOf)))
    example.kill('SIGINT')
    expect(await example.exited, example.output).to.equal(0)
  })
}
