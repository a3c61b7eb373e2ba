import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect } from 'chai'
import { type LonLat, shareOf } from '../../agent/index.ts'
import { openGasStation } from '../../community/gas-money.ts'
import { placesIn, Town } from '../../fleet/town.ts'
import { type Indexer, startIndexer } from '../../indexer/index.ts'
import { until } from '../agent/support/until.ts'
import { mesh, talkToMesh } from '../cli/mesh.ts'
import { startMarket, type TestMarket } from './support/market.ts'
import { get } from './support/running.ts'

const AREA = '871fae6e2ffffff'
const [MIDDLE, NEAR] = placesIn(AREA) as [LonLat, LonLat]
const PATIENCE = 120_000

describe('mesh ride', function () {
  this.timeout(4 * PATIENCE)
  let market: TestMarket
  let town: Town
  let indexer: Indexer

  before(async () => {
    market = await startMarket()
    const common = { enrolls: false, capabilities: [], domains: ['ride'], area: AREA }
    const gateway = await market.join(common)
    const network = market.descriptor(gateway.endpoints)
    indexer = await startIndexer({ network, gateway, pollInterval: 20 })
    const giveGasMoney = await openGasStation(network.rpcUrl)
    town = new Town({ network: { ...network, area: AREA }, drivers: 2, giveGasMoney, onError: () => {} })
    await town.start(AbortSignal.timeout(PATIENCE))
  })
  after(async () => {
    await town?.stop()
    await indexer?.stop()
    await market?.stop()
  })

  const argsOf = (from: LonLat, to: LonLat, folder: string) => [
    ...['ride', '--from', from.join(','), '--to', to.join(','), '--api', indexer.url],
    ...['--period', '8s', '--key', join(market.directory, folder), '--json'],
  ]

  /** Calls it with somebody who reads and answers. */
  function talk(args: string[]) {
    const child = talkToMesh(market.directory, args)
    let heard = ''
    child.stderr.on('data', (chunk) => {
      heard += chunk
    })
    const printed = text(child.stdout)
    const exited = once(child, 'exit')
    return {
      hears: (words: string) =>
        until(() => {
          expect(child.exitCode, heard).to.equal(null)
          return heard.includes(words)
        }, PATIENCE).catch(() => expect(heard).to.include(words)),
      answer: (answer: string) => child.stdin.write(`${answer}\n`),
      interrupt: (signal: NodeJS.Signals) => {
        heard = ''
        child.kill(signal)
      },
      async end() {
        const [code] = (await exited) as [number | null]
        return { code, heard, stdout: await printed }
      },
    }
  }

  it('drives somebody who says where, pays what both say was driven, and the index has it', async () => {
    const { code, stdout, stderr } = await mesh(market.directory, ...argsOf(MIDDLE, NEAR, 'rider'), '--yes')
    expect(code, stderr).to.equal(0)
    const receipt = JSON.parse(stdout)
    expect(receipt).to.include({ state: 'settled', paid: receipt.fare, metres: receipt.agreedMetres })
    expect(stderr).to.match(/at the pick-up in .*: 0x\w{40} \(reputation 0\.50, stake 1000\.0000\)/)
    expect(stderr).to.include(`${receipt.driver} drives you for`)
    const ride = await until(async () => {
      const { data } = await get(`${indexer.url}/v1/rides?status=settled`)
      return (data as object[])[0]
    }, PATIENCE)
    const { id, driver, paid } = receipt
    expect(ride).to.include({ id, driver, paid })
  })

  it('asks before it signs; Ctrl-C tells what cancelling costs; who leaves comes back to the same ride', async () => {
    const first = talk(argsOf(MIDDLE, NEAR, 'doubter'))
    await first.hears('take the cheapest? [y/N]')
    first.answer('y')
    await first.hears('Are you on board?')
    first.interrupt('SIGINT')
    await first.hears('Cancel the ride? [y/N]')
    first.answer('n')
    await first.hears('Are you on board?')
    first.interrupt('SIGTERM')
    const left = await first.end()
    expect(left.code, left.heard).to.equal(143)
    expect(left.heard).to.include('goes on without you')

    const again = talk(argsOf(MIDDLE, NEAR, 'doubter'))
    await again.hears('You are on a ride already')
    await again.hears('Are you on board?')
    again.interrupt('SIGINT')
    await again.hears('To cancel costs')
    again.answer('y')
    const { code, heard, stdout } = await again.end()
    expect(code, heard).to.equal(1)
    const receipt = JSON.parse(stdout)
    expect(receipt).to.include({ state: 'cancelled', metres: '0' })
    // The penalty of the last stage, of a window of which less than that is over.
    expect(receipt.paid).to.equal(String(shareOf(BigInt(receipt.fare), 2_000n)))
  })

  it('signs nothing when nobody can be asked, or says no', async () => {
    const unasked = await mesh(market.directory, ...argsOf(MIDDLE, NEAR, 'rider'))
    expect([unasked.code, unasked.stdout]).to.deep.equal([1, ''])
    expect(unasked.stderr).to.include('There is nobody to ask.').and.include('--yes')
    const unwilling = talk(argsOf(MIDDLE, NEAR, 'rider'))
    unwilling.answer('n')
    const { code, heard } = await unwilling.end()
    expect([code, heard.includes('You want no ride.')]).to.deep.equal([1, true])
  })
})
