import { expect } from 'chai'
import fc from 'fast-check'
import { apart, type Box } from '../../../web/views/rides/apart.ts'

const box = fc.record({
  x: fc.integer({ min: -100, max: 100 }),
  y: fc.integer({ min: -100, max: 100 }),
  width: fc.integer({ min: 1, max: 80 }),
  height: fc.integer({ min: 1, max: 30 }),
})
const lieOnEachOther = (a: Box, b: Box) =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height

describe('names on a ride map', () => {
  it('stand below one another where they would be on one another', () => {
    const size = { width: 9, height: 9 }
    expect(
      apart([
        { x: 5, y: 5, ...size },
        { x: 0, y: 0, ...size },
        { x: 9, y: 1, ...size },
      ]),
    ).to.deep.equal([
      { x: 5, y: 10, ...size },
      { x: 0, y: 0, ...size },
      { x: 9, y: 1, ...size },
    ])
  })

  it('never lie on one another, never move sideways or up, and stay where there is room', () => {
    fc.assert(
      fc.property(fc.array(box, { maxLength: 20 }), (boxes) => {
        const placed = apart(boxes)
        placed.forEach((one, index) => {
          const from = boxes[index] as Box
          expect(one).to.deep.equal({ ...from, y: one.y })
          expect(one.y).to.be.at.least(from.y)
          expect(placed.some((other) => other !== one && lieOnEachOther(one, other))).to.equal(false)
          const isAlone = boxes.every((other) => other === from || !lieOnEachOther(from, other))
          if (isAlone && one.y !== from.y) expect(placed.some(({ y }) => y !== one.y)).to.equal(true)
        })
        if (boxes.every((a) => boxes.every((b) => a === b || !lieOnEachOther(a, b)))) {
          expect(placed).to.deep.equal(boxes)
        }
      }),
    )
  })
})
