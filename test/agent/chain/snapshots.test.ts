import { expect } from 'chai'
import type { Account } from '../../../agent/account.ts'
import { NOBODY } from '../../../agent/chain/actions/standing.ts'
import type { ChainClient } from '../../../agent/chain/client.ts'
import { Snapshots } from '../../../agent/chain/snapshots.ts'
import type { Address } from '../../../protocol/types.ts'
import type { Relay, RpcCall } from '../../indexer/support/relay.ts'
import { type StakedAgent, startStakedAgent } from '../support/staked-agent.ts'
import { temporaryPaths } from '../support/temporary.ts'

const STRANGER = `0x${'00'.repeat(19)}01` as const
const soon = () => AbortSignal.timeout(5_000)

describe('Snapshots', function () {
  this.timeout(60_000)
  const path = temporaryPaths()
  let agent: StakedAgent
  let relay: Relay
  let chain: ChainClient
  let account: Account
  let address: Address
  let calls: RpcCall[]

  before(async () => {
    agent = await startStakedAgent(path('chain.log'))
    ;({ relay, chain, account } = agent)
    address = agent.identity.address
  })
  beforeEach(() => {
    calls = []
    relay.down = false
    relay.before = async (sent) => void calls.push(...sent)
  })
  after(() => agent.stop())

  it('tell what stands behind keys as of one block, and of that block again later', async () => {
    const snapshots = new Snapshots(chain)
    const first = await snapshots.read([address, STRANGER], soon())
    const [own, stranger] = [first.get(address), first.get(STRANGER)]
    expect(own?.standing.freeStake).to.equal(700n)
    expect(stranger).to.deep.equal({ standing: NOBODY, block: own?.block })
    await account.ensureStake(800n)
    const later = (await snapshots.read([address], soon())).get(address)
    expect(later?.standing.freeStake).to.equal(800n)
    expect(later?.block).to.be.greaterThan(Number(own?.block))
    expect((await snapshots.read([address], soon(), own?.block)).get(address)).to.deep.equal(own)
  })

  it('ask the chain by few calls, and once in a while where that is good enough', async () => {
    const snapshots = new Snapshots(chain)
    const wallets = Array.from({ length: 40 }, (_, index) => `0x${String(index).padStart(40, '0')}` as const)
    await snapshots.recent([...wallets, address], soon())
    // Which block, which agents, and what these have.
    expect(calls.map(({ method }) => method)).to.deep.equal(['eth_blockNumber', 'eth_call', 'eth_call'])
    calls = []
    const again = await snapshots.recent([...wallets, address], soon())
    expect(again.size).to.equal(41)
    expect(calls).to.deep.equal([])
    expect(await snapshots.read([], soon())).to.deep.equal(new Map())
    expect(calls).to.deep.equal([])
  })

  it('say so when the chain does not answer', async () => {
    const snapshots = new Snapshots(chain)
    relay.down = true
    const error = await snapshots.read([address], soon()).catch((caught: unknown) => caught)
    expect(error).to.include({ name: 'ChainError', code: 'STANDING_UNREADABLE' })
  })
})
