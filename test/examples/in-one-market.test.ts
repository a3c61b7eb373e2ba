import { busLines } from './in-a-market/bus-lines.ts'
import { contentRouting } from './in-a-market/content-routing.ts'
import { dataService } from './in-a-market/data-service.ts'
import { driverAndRider } from './in-a-market/driver-and-rider.ts'
import { predictiveMaintenance } from './in-a-market/predictive-maintenance.ts'
import { warehouseFleet } from './in-a-market/warehouse-fleet.ts'
import { exampleMarket } from './running-example.ts'

/** One after the other: to start a market takes as long as most of them. */
describe('in one market, the example', function () {
  this.timeout(240_000)
  const market = exampleMarket()

  describe('bus-lines', () => busLines(market))
  describe('content-routing', () => contentRouting(market))
  describe('data-service', () => dataService(market))
  describe('driver-and-rider', () => driverAndRider(market))
  describe('predictive-maintenance', () => predictiveMaintenance(market))
  describe('warehouse-fleet', () => warehouseFleet(market))
})
