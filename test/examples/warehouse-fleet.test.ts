import { expect } from 'chai'
import fc from 'fast-check'
import { metres, nearest, type Place, wayOf } from '../../examples/warehouse-fleet/floor.ts'

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
})
