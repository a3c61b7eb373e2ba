import { expect } from 'chai'
import fc from 'fast-check'
import { metres, nearest, type Place, wayOf } from '../../examples/warehouse-fleet/floor.ts'
import { type ExampleMarket, startExampleMarket } from './running-example.ts'

describe('the example warehouse-fleet', () => {
  describe('hands tasks to the robot', () => {
    const place = fc.tuple(fc.nat(40), fc.nat(30))

    it('that goes the shortest way for it', () => {
      fc.assert(
        fc.property(fc.array(place, { minLength: 1 }), place, place, (places, from, to) => {
          const robots = places.map((at) => ({ at }))
          const task = { name: 'task', from, to }
          const least = Math.min(...robots.map(({ at }) => wayOf(at, task)))
          expect(wayOf(nearest(robots, task).at, task)).to.equal(least)
        }),
      )
      expect(() => nearest([], { name: 'task', from: [0, 0], to: [0, 0] })).to.throw(RangeError)
    })

    it('by metres along the aisles', () => {
      const [a, b]: [Place, Place] = [
        [1, 2],
        [4, 6],
      ]
      expect(metres(a, b)).to.equal(7)
      expect(wayOf(a, { name: 'task', from: b, to: a })).to.equal(14)
    })
  })

  describe('in a market', function () {
    this.timeout(180_000)
    let market: ExampleMarket
    before(async () => {
      market = await startExampleMarket()
    })
    after(() => market.stop())

    it('goes on while it is cut off from the chain, and settles all of it afterwards', async () => {
      const example = market.run('warehouse-fleet')
      expect(await example.exited, example.output).to.equal(0)
      const { output } = example
      const [before = '', without = '', after = ''] = output.split(/^(?:PARTITION|the line is mended).*$/m)
      expect(without).to.include('the chain does not answer; the robots go on')
      const handed = (part: string) => part.match(/handed over to/g)?.length ?? 0
      expect(handed(before)).to.be.above(6)
      expect(handed(without), 'without a chain').to.be.above(0)
      const settled = [...after.matchAll(/^settled on chain: .* for (\d+) tasks$/gm)].map(([, count]) =>
        Number(count),
      )
      expect(settled).to.have.length(6)
      expect(settled.reduce((sum, count) => sum + count, 0)).to.equal(handed(before) + handed(without))
    })
  })
})
