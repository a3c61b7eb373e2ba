import { expect } from 'chai'
import fc from 'fast-check'
import { cellToLatLng, cellToParent, getResolution, greatCircleDistance, latLngToCell, UNITS } from 'h3-js'
import {
  cellsAround,
  cellsOf,
  concerning,
  EVERYWHERE,
  finestOf,
  isArea,
  LEVELS,
  MAX_CELLS,
} from '../../../agent/network/areas.ts'

const HOME = '871f8d099ffffff'

const place = fc.record({
  latitude: fc.double({ min: -80, max: 80, noNaN: true }),
  longitude: fc.double({ min: -180, max: 180, noNaN: true }),
})

describe('areas', () => {
  it('of an intent are those of each level that hold it, coarsest first', () => {
    expect(cellsOf(HOME)).to.deep.equal([EVERYWHERE, '831f8dfffffffff', '851f8d0bfffffff', HOME])
    expect(cellsOf('861f8d09fffffff')).to.deep.equal([EVERYWHERE, '831f8dfffffffff', '851f8d0bfffffff'])
    expect(cellsOf('811fbffffffffff')).to.deep.equal([EVERYWHERE])
    expect(cellsOf('')).to.deep.equal([EVERYWHERE])
  })

  it('of who listens hold all in which an intent of the same cell may travel', () => {
    fc.assert(
      fc.property(place, fc.integer({ min: 7, max: 12 }), ({ latitude, longitude }, resolution) => {
        const area = latLngToCell(latitude, longitude, 12)
        const listens = cellsAround(cellToParent(area, resolution))
        expect(listens).to.include.members(cellsOf(area))
      }),
    )
  })

  it('of who listens hold those of every place within the radius, at each level that is joined', () => {
    fc.assert(
      fc.property(place, place, fc.double({ min: 0, max: 60, noNaN: true }), (home, offset, radius) => {
        const area = latLngToCell(home.latitude, home.longitude, 7)
        const [latitude, longitude] = cellToLatLng(area)
        const other: [number, number] = [latitude + offset.latitude / 160, longitude + offset.longitude / 360]
        fc.pre(greatCircleDistance([latitude, longitude], other, UNITS.km) <= radius)
        const listens = cellsAround(area, radius)
        const levels = new Set(listens.filter((cell) => cell !== EVERYWHERE).map(getResolution))
        const missed = cellsOf(latLngToCell(...other, 9)).filter(
          (cell) => cell !== EVERYWHERE && levels.has(getResolution(cell)) && !listens.includes(cell),
        )
        expect(missed).to.deep.equal([])
      }),
      { numRuns: 1000 },
    )
  })

  it('are bounded: a wide radius leaves out the fine levels', () => {
    fc.assert(
      fc.property(place, fc.double({ min: 0, max: 1000, noNaN: true }), ({ latitude, longitude }, radius) => {
        const listens = cellsAround(latLngToCell(latitude, longitude, 7), radius)
        expect(listens[0]).to.equal(EVERYWHERE)
        expect(listens.length).to.be.at.most(1 + LEVELS.length * MAX_CELLS)
      }),
    )
    expect(
      cellsAround(HOME, 50).map((cell) => (cell === EVERYWHERE ? 0 : getResolution(cell))),
    ).not.to.include(7)
  })

  it('concern who listens at a finest cell, be it in one place or in several of different radius', () => {
    const [nextDoor, farther] = ['871f8d098ffffff', latLngToCell(52.4, 4.9, 9)] as const
    const near = finestOf(cellsAround(HOME))
    expect(near).to.deep.equal([HOME])
    const heard = [HOME, nextDoor, cellToParent(HOME, 5), farther, '']
    expect(heard.map(concerning(near))).to.deep.equal([true, false, true, false, true])
    const both = new Set([...near, ...finestOf(cellsAround(latLngToCell(52.37, 4.89, 7), 15))])
    expect(heard.map(concerning(both))).to.deep.equal([true, false, true, true, true])
    expect(heard.map(concerning([EVERYWHERE]))).not.to.include(false)
    expect(concerning(['no cell'])(HOME)).to.equal(false)
  })

  it('concern who listens in a cell exactly when one of the two holds the other', () => {
    const cell = fc.tuple(place, fc.constantFrom(3, 5, 7)).map(([{ latitude, longitude }, resolution]) =>
      // Few places, so that cells meet.
      latLngToCell(Math.round(latitude / 40) * 40, Math.round(longitude / 90) * 90, resolution),
    )
    const holds = (outer: string, inner: string) => cellsOf(inner).includes(outer)
    fc.assert(
      fc.property(fc.array(fc.oneof(cell, fc.constant('no cell'))), cell, (cells, area) => {
        const valid = cells.filter((each) => each !== 'no cell')
        const expected = valid.some((each) => holds(each, area) || holds(area, each))
        expect(concerning(cells)(area)).to.equal(expected)
      }),
    )
  })

  it('are H3 cells in lower case, or nothing', () => {
    expect(['', HOME].map(isArea)).to.deep.equal([true, true])
    expect([HOME.toUpperCase(), 'Amsterdam', `${HOME} `, '871f8d099fffff'].some(isArea)).to.equal(false)
  })
})
