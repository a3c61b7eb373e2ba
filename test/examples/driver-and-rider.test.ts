import { expect } from 'chai'
import { haversine, type LonLat, type Trip } from '../../agent/index.ts'
import { claimDue, placesOnTheWay } from '../../examples/driver-and-rider/trip.ts'

describe('the way of the example driver', () => {
  const [from, to]: LonLat[] = [
    [4.39, 52.04],
    [4.4, 52.05],
  ] as [LonLat, LonLat]

  it('is made at its speed, and ends where it leads to', () => {
    const places = placesOnTheWay(from as LonLat, to as LonLat, 100)
    expect(places.at(-1)).to.deep.equal(to)
    for (const [index, place] of places.entries()) {
      const before = places[index - 1] ?? (from as LonLat)
      expect(haversine(before, place)).to.be.within(1, 100.5)
    }
    expect(places).to.have.length(Math.ceil(haversine(from as LonLat, to as LonLat) / 100))
  })

  it('is none to where it is, and none without a speed', () => {
    expect(placesOnTheWay(from as LonLat, from as LonLat, 100)).to.deep.equal([])
    for (const speed of [0, -1, Number.NaN]) {
      expect(() => placesOnTheWay(from as LonLat, to as LonLat, speed)).to.throw(RangeError, String(speed))
    }
  })
})

describe('the example rider', () => {
  const log = (driver: string[], rider: string[]) => {
    const reports = (claims: string[]) => claims.map((claim) => ({ value: { claim } }))
    return { plan: undefined, driver: reports(driver), rider: reports(rider) } as unknown as Trip['log']
  }

  it('confirms what the driver says, each thing once and in its turn', () => {
    expect(claimDue(log([], []))).to.equal(undefined)
    expect(claimDue(log(['onTheWay'], []))).to.equal(undefined)
    expect(claimDue(log(['onTheWay', 'arrived'], []))).to.equal('pickedUp')
    expect(claimDue(log(['arrived', 'pickedUp'], ['pickedUp']))).to.equal(undefined)
    expect(claimDue(log(['pickedUp', 'droppedOff'], ['pickedUp']))).to.equal('droppedOff')
    expect(claimDue(log(['pickedUp', 'droppedOff'], ['pickedUp', 'droppedOff']))).to.equal(undefined)
  })

  it('pays for no ride in which it was never fetched', () => {
    expect(claimDue(log(['onTheWay', 'droppedOff'], []))).to.equal(undefined)
  })
})
