import { expect } from 'chai'
import { haversine, type LonLat } from '../../agent/index.ts'
import { placesIn } from '../../fleet/town.ts'

describe('where the drivers of a town wait', () => {
  it('is around the middle of the area, each about a kilometre from the next', () => {
    const places = placesIn('871f8d099ffffff')
    const [middle, ...others] = places as [LonLat, ...LonLat[]]
    expect(places).to.have.length(19)
    const nearest = others.map((place) =>
      Math.min(...places.filter((other) => other !== place).map((other) => haversine(place, other))),
    )
    for (const metres of nearest) expect(metres).to.be.within(600, 1_300)
    for (const place of others) expect(haversine(middle, place)).to.be.below(2_500)
  })
})
