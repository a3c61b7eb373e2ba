import { expect } from 'chai'
import fc from 'fast-check'
import { cellToLatLng, cellToParent, latLngToCell } from 'h3-js'
import { centreOf, latticeOf, outlineOf } from '../../../web/views/rides/cells.ts'
import { arcPath, outlinePath, projectionOf, scaleBar } from '../../../web/views/rides/projection.ts'

const FRAME = { width: 800, height: 500, padding: 40, leastKm: 1 }
const place = fc.record({
  lat: fc.double({ min: -70, max: 70, noNaN: true }),
  lng: fc.double({ min: -170, max: 170, noNaN: true }),
})

describe('the projection of a ride map', () => {
  it('has all places within its padding, with north up and east at the right', () => {
    const spread = fc.array(
      fc.tuple(fc.double({ min: 0, max: 0.3, noNaN: true }), fc.double({ min: 0, max: 0.3, noNaN: true })),
      {
        minLength: 1,
      },
    )
    fc.assert(
      fc.property(place, spread, (from, offsets) => {
        const places = offsets.map(([lat, lng]) => ({ lat: from.lat + lat, lng: from.lng + lng }))
        const projection = projectionOf(places, FRAME)
        for (const one of places) {
          expect(projection.x(one)).to.be.within(FRAME.padding - 1e-6, FRAME.width - FRAME.padding + 1e-6)
          expect(projection.y(one)).to.be.within(FRAME.padding - 1e-6, FRAME.height - FRAME.padding + 1e-6)
        }
        const { x, y, corners } = projection
        expect(x({ lat: corners.north, lng: corners.west })).to.be.closeTo(0, 1e-3)
        expect(y({ lat: corners.north, lng: corners.west })).to.be.closeTo(0, 1e-3)
        expect(x({ lat: corners.south, lng: corners.east })).to.be.closeTo(FRAME.width, 1e-3)
        expect(y({ lat: corners.south, lng: corners.east })).to.be.closeTo(FRAME.height, 1e-3)
      }),
    )
  })

  it('is true to scale: a kilometre is as long northwards as eastwards', () => {
    const { x, y, pixelsPerKilometre } = projectionOf([{ lat: 48.26, lng: 11.64 }], FRAME)
    // 1 km: a 111.19th of a degree of latitude, and by 1 / cos(48.26°) more of longitude.
    const north = { lat: 48.26 + 1 / 111.19, lng: 11.64 }
    const east = { lat: 48.26, lng: 11.64 + 1 / 111.19 / Math.cos((48.26 * Math.PI) / 180) }
    expect(250 - y(north)).to.be.closeTo(pixelsPerKilometre, 1e-6)
    expect(x(east) - 400).to.be.closeTo(pixelsPerKilometre, 1e-6)
    // The least width, between the paddings.
    expect(pixelsPerKilometre).to.be.closeTo(720, 1e-6)
  })

  it('refuses to draw nothing, and places without degrees', () => {
    expect(() => projectionOf([], FRAME)).to.throw(RangeError, 'none')
    expect(() => projectionOf([{ lat: Number.NaN, lng: 0 }], FRAME)).to.throw(RangeError, 'NaN')
  })

  it('draws outlines, ways that bend to their left, and a scale of a round length', () => {
    const same = { x: ({ lng }: { lng: number }) => lng, y: ({ lat }: { lat: number }) => lat }
    expect(
      outlinePath(
        [
          { lat: 1, lng: 2 },
          { lat: 3, lng: 4 },
        ],
        same,
      ),
    ).to.equal('M2.0 1.0L4.0 3.0Z')
    expect(outlinePath([], same)).to.equal('')
    expect(arcPath({ x: 0, y: 0 }, { x: 100, y: 0 }, 0.1)).to.equal('M0.0 0.0Q50.0 -10.0 100.0 0.0')
    expect(scaleBar(200, 120)).to.deep.equal({ metres: 500, pixels: 100 })
    fc.assert(
      fc.property(fc.double({ min: 0.01, max: 5_000, noNaN: true }), (scale) => {
        const { metres, pixels } = scaleBar(scale, 120)
        expect(pixels).to.be.within(120 / 2.6, 120 + 1e-9)
        expect(String(metres)).to.match(/^(0\.0*)?[125]0*(e|$)/)
      }),
    )
  })
})

describe('cells of a ride map', () => {
  const cell = latLngToCell(48.2644, 11.6467, 10)

  it('have a middle and corners, and what is no cell has none', () => {
    const [lat, lng] = cellToLatLng(cell)
    expect(centreOf(cell)).to.deep.equal({ lat, lng })
    expect(outlineOf(cell)).to.have.lengthOf(6)
    expect(centreOf('nowhere')).to.equal(undefined)
    expect(outlineOf('')).to.deep.equal([])
  })

  it('cover the picture, are not too many, and count where rides begin', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.5, max: 60, noNaN: true }), (leastKm) => {
        const middle = { lat: 48.2644, lng: 11.6467 }
        const projection = projectionOf([middle], { ...FRAME, leastKm })
        const lattice = latticeOf(projection, [cell, cell, 'nowhere', cellToParent(cell, 1)], 300)
        expect(lattice.length).to.be.within(20, 450)
        expect(lattice.reduce((sum, { count }) => sum + count, 0)).to.equal(2)
        const { south, north, west, east } = projection.corners
        const all = lattice.flatMap(({ outline }) => outline)
        expect(Math.min(...all.map(({ lat }) => lat))).to.be.below(south)
        expect(Math.max(...all.map(({ lat }) => lat))).to.be.above(north)
        expect(Math.min(...all.map(({ lng }) => lng))).to.be.below(west)
        expect(Math.max(...all.map(({ lng }) => lng))).to.be.above(east)
      }),
      { numRuns: 25 },
    )
  })
})
