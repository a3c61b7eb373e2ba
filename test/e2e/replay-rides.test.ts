import { expect } from 'chai'
import { mesh } from '../cli/mesh.ts'
import { temporaryDirectory } from '../community/temporary-file.ts'

describe('mesh replay rides', function () {
  this.timeout(240_000)
  const files = temporaryDirectory()

  it('has real agents drive one another, and not a unit of money comes or goes', async () => {
    // Rides a kilometre long, each of which begins near where another one ended: drivers are a minute away.
    files.write(
      'rides.csv',
      [
        'pickup_local,dropoff_local,pickup_lon,pickup_lat,dropoff_lon,dropoff_lat',
        '2026-06-01T12:00:00,2026-06-01T12:02:00,4.3900,52.0450,4.4000,52.0500',
        '2026-06-01T12:00:10,2026-06-01T12:02:10,4.4005,52.0500,4.3905,52.0450',
      ].join('\n'),
    )
    const options = ['--json', '--data', 'rides.csv', '--drivers', '3', '--speed', '12']
    const { code, stdout, stderr } = await mesh(files.path('.'), 'replay', 'rides', ...options)
    expect(code, stderr).to.equal(0)
    const { served, fares, fees, market } = JSON.parse(stdout)
    expect(market.checks).to.deep.equal({ moneyConserved: true, balancesAgree: true, settlementsAgree: true })
    expect(market.agents).to.equal(5)
    // How many are served depends on how busy the machine is.
    expect(served, JSON.stringify(market.lost)).to.be.within(1, 2)
    expect(market.offline.served).to.equal(2)
    expect(fares).to.be.above(0)
    expect(fees).to.be.above(0)
  })
})
