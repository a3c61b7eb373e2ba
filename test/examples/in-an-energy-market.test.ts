import { electricCar } from './in-a-market/electric-car.ts'
import { solarHome } from './in-a-market/solar-home.ts'
import { exampleMarket } from './running-example.ts'

/** One after the other, so that each finds a market in which nobody trades. */
describe('in a market in which nobody else trades energy, the example', function () {
  this.timeout(240_000)
  const market = exampleMarket()

  describe('solar-home', () => solarHome(market))
  describe('electric-car', () => electricCar(market))
})
