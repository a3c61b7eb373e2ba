import { expect } from 'chai'
import type { ExampleMarket } from '../running-example.ts'

/** What the example driver-and-rider does in a market. */
export function driverAndRider(market: () => ExampleMarket): void {
  it('matches, drives and settles: what the rider paid, less the fee, is what the driver has', async () => {
    const example = market().run('driver-and-rider')
    const [, paid = ''] = await example.line(/^settled: the rider has paid ([\d.]+) test dollars for \d+ m$/)
    const [, received = '', fee = ''] = await example.line(
      /^the driver has received ([\d.]+) test dollars, after a fee of ([\d.]+) /,
    )
    expect(await example.exited).to.equal(0)
    expect(Number(paid)).to.be.above(0)
    expect(Number(received) + Number(fee)).to.be.closeTo(Number(paid), 0.011)
  })
}
