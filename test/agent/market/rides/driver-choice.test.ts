import { expect } from 'chai'
import fc from 'fast-check'
import { chooseRide } from '../../../../agent/market/rides/driver-choice.ts'

const rides = fc.array(
  fc.record({
    fare: fc.integer({ min: 0, max: 10_000 }),
    step: fc.integer({ min: 1, max: 500 }),
    cost: fc.integer({ min: 0, max: 10_000 }),
  }),
  { maxLength: 8 },
)

describe('chooseRide', () => {
  it('takes the ride of most profit, for a step less than it would pay', () => {
    const near = { fare: 900, step: 10, cost: 300 }
    const far = { fare: 800, step: 10, cost: 400 }
    expect(chooseRide([near, far])).to.deep.equal({ index: 0, fare: 890 })
    expect(chooseRide([{ ...near, fare: 690 }, far])).to.deep.equal({ index: 1, fare: 790 })
  })

  it('asks no less than what the ride costs', () => {
    expect(chooseRide([{ fare: 310, step: 10, cost: 300 }])).to.deep.equal({ index: 0, fare: 300 })
    expect(chooseRide([{ fare: 309, step: 10, cost: 300 }])).to.equal(undefined)
    expect(chooseRide([])).to.equal(undefined)
  })

  it('makes bids that are taken, cover the cost, and are of most profit among those that can be', () => {
    fc.assert(
      fc.property(rides, (open) => {
        const choice = chooseRide(open)
        const possible = open.filter(({ fare, step, cost }) => fare - step >= cost)
        if (choice === undefined) {
          expect(possible).to.deep.equal([])
          return
        }
        const { fare, step, cost } = open[choice.index] ?? expect.fail()
        expect(choice.fare).to.be.within(cost, fare - step)
        expect(choice.fare - cost).to.equal(
          Math.max(...possible.map((each) => each.fare - each.step - each.cost)),
        )
      }),
    )
  })
})
