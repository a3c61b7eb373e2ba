import { expect } from 'chai'
import { capabilityOf } from '../../protocol/capability.ts'
import { until } from '../agent/support/until.ts'
import { temporaryDirectory } from '../community/temporary-file.ts'
import { type ServedMarket, serveMarket } from '../indexer/support/api.ts'
import { removeDataDirs } from '../indexer/support/index-of.ts'
import { mesh } from './mesh.ts'

describe('mesh agents find, intents and trades', function () {
  this.timeout(60_000)
  const files = temporaryDirectory()
  let served: ServedMarket

  before(async () => {
    served = await serveMarket()
    const { market, mesh: heard, buyer, seller } = served
    heard.capability(seller, { agentId: 2n, capabilities: ['energy.supply', 'ride.drive'].map(capabilityOf) })
    heard.intent(buyer)
    await market.trade(buyer, seller)
    await served.caughtUp()
    await until(async () => (await served.get('/v1/agents?capability=ride.drive')).body.data.length === 1)
  })
  after(async () => {
    await served?.stop()
    removeDataDirs()
  })

  async function look(...args: string[]): Promise<string> {
    const run = await mesh(files.path('.'), ...args, '--api', served.indexer.url)
    expect(run.stderr).to.equal('')
    expect(run.code).to.equal(0)
    return run.stdout
  }

  it('show who there is, with reputation, stake and what they do', async () => {
    const [head, first, ...others] = (await look('agents', 'find')).trim().split('\n')
    expect(head).to.match(/agent +wallet +reputation +stake +does +area/)
    expect(first).to.match(new RegExp(`2 +${served.seller.address} +0.50 .*energy.supply, ride.drive`))
    expect(others).to.have.lengthOf(1)
  })

  it('find agents by a query, and say so when there are none', async () => {
    const found = await look('agents', 'find', '--query', 'energy.supply where stake >= 1', '--json')
    expect(JSON.parse(found).data.map(({ agentId }: { agentId: string }) => agentId)).to.deep.equal(['2'])
    expect(await look('agents', 'find', '--min-reputation', '0.9')).to.equal('There is no such agent.\n')
  })

  it('show what is wanted, and what was traded', async () => {
    expect(await look('intents', '--side', 'buy'))
      .to.include('energy.supply')
      .and.include(served.buyer.address)
    expect(await look('trades', '--agent', served.seller.address)).to.include(served.seller.address)
  })

  it('tell what is wrong with a query', async () => {
    const run = await mesh(
      files.path('.'),
      'agents',
      'find',
      '--query',
      'energy.supply where',
      '--api',
      served.indexer.url,
    )
    expect(run.code).not.to.equal(0)
    expect(run.stderr).to.include('query').and.include('character')
  })
})
