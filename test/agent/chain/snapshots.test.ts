import { expect } from 'chai'
import { privateKeyToAccount } from 'viem/accounts'
import { Account } from '../../../agent/account.ts'
import { NOBODY } from '../../../agent/chain/actions/standing.ts'
import { type ChainClient, connectChain } from '../../../agent/chain/client.ts'
import { Snapshots } from '../../../agent/chain/snapshots.ts'
import { Wallet } from '../../../agent/chain/wallet.ts'
import { identityFromKey } from '../../../agent/network/identity.ts'
import { type LocalChain, startChain } from '../../../community/chain.ts'
import { DEVELOPMENT_KEY } from '../../../community/development-account.ts'
import { fromHex } from '../../../protocol/wire/fields.ts'
import { deploy } from '../../../scripts/deploy.ts'
import { type Relay, type RpcCall, startRelay } from '../../indexer/support/relay.ts'
import { temporaryPaths } from '../support/temporary.ts'

const STRANGER = `0x${'00'.repeat(19)}01` as const
const soon = () => AbortSignal.timeout(5_000)

describe('Snapshots', function () {
  this.timeout(60_000)
  const path = temporaryPaths()
  const identity = identityFromKey(fromHex(DEVELOPMENT_KEY))
  const { address } = identity
  let local: LocalChain
  let relay: Relay
  let chain: ChainClient
  let account: Account
  let calls: RpcCall[]

  before(async () => {
    local = await startChain(path('chain.log'))
    relay = await startRelay(local.rpcUrl)
    const deployment = await deploy({ rpcUrl: local.rpcUrl, account: privateKeyToAccount(DEVELOPMENT_KEY) })
    chain = await connectChain(relay.url, deployment)
    const wallet = new Wallet({ ...chain, ...identity, chainId: deployment.chainId })
    account = new Account({ identity, wallet, chain, deployment })
    await account.ensureRegistered('data:,standing')
    await account.ensureTestDollars(1000n)
    await account.ensureStake(700n)
  })
  beforeEach(() => {
    calls = []
    relay.down = false
    relay.before = async (sent) => void calls.push(...sent)
  })
  after(async () => {
    relay.stop()
    await local.stop()
  })

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
