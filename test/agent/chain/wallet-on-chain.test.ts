import { inspect } from 'node:util'
import { expect } from 'chai'
import { type ChainClient, connectChain } from '../../../agent/chain/client.ts'
import { Wallet } from '../../../agent/chain/wallet.ts'
import { type Identity, identityFromKey } from '../../../agent/network/identity.ts'
import { type LocalChain, startChain } from '../../../community/chain.ts'
import { DEVELOPMENT_KEY } from '../../../community/development-account.ts'
import type { Deployment } from '../../../protocol/deployment.ts'
import { fromHex } from '../../../protocol/wire/fields.ts'
import { deployment as sample } from '../../e2e/support/deployment.ts'
import { type Relay, startRelay } from '../../indexer/support/relay.ts'
import { newIdentity } from '../support/intents.ts'
import { temporaryPaths } from '../support/temporary.ts'

const CHAIN_ID = 31337

describe('a wallet on a chain', function () {
  this.timeout(60_000)
  const path = temporaryPaths()
  const rich = identityFromKey(fromHex(DEVELOPMENT_KEY))
  const call = { to: rich.address, data: '0x' } as const
  let local: LocalChain
  let relay: Relay
  let chain: ChainClient

  before(async () => {
    local = await startChain(path('chain.log'))
    relay = await startRelay(local.rpcUrl)
    const genesisHash = await genesisOf(local.rpcUrl)
    chain = await connectChain(`${relay.url}/secret`, { ...sample, genesisHash })
  })
  beforeEach(() => {
    relay.down = false
    relay.before = async () => {}
  })
  after(async () => {
    relay.stop()
    await local.stop()
  })

  const walletOf = (identity: Identity, chainId = CHAIN_ID) => new Wallet({ ...chain, ...identity, chainId })
  /** What was thrown; it goes into logs, and the URL may hold a key. */
  async function refusal(sending: Promise<unknown>): Promise<unknown> {
    const error = await sending.then(
      () => undefined,
      (reason: unknown) => reason,
    )
    expect(inspect(error, { depth: 16 })).to.not.contain('secret')
    return error
  }
  const sentBy = ({ address }: Identity) => chain.client.getTransactionCount({ address })

  it('says who needs gas money', async () => {
    const poor = newIdentity()
    const error = await refusal(walletOf(poor).send(call))
    expect(error).to.include({ name: 'ChainError', code: 'INSUFFICIENT_FUNDS', field: poor.address })
    expect(error).to.have.property('remedy').that.contains('coin')
  })

  it('says so when the chain is another one', async () => {
    const error = await refusal(walletOf(rich, 1).send(call))
    expect(error).to.include({ name: 'ChainError', code: 'CHAIN_WRONG', field: 'rpcUrl' })
  })

  it('says so when the chain is away, as does whatever only reads, and goes on when it is back', async () => {
    const wallet = walletOf(rich)
    relay.down = true
    expect(await refusal(wallet.send(call))).to.include({ code: 'CHAIN_UNREACHABLE', field: 'rpcUrl' })
    expect(await refusal(chain.client.getBlock())).to.include({ code: 'CHAIN_UNREACHABLE' })
    relay.down = false
    expect((await wallet.send(call)).status).to.equal('success')
  })

  it('shares its key with another process: where that one was faster, it takes a later number', async () => {
    const [one, other] = [walletOf(rich), walletOf(rich)]
    await one.send(call)
    await other.send(call)
    expect((await one.send(call)).status).to.equal('success')
    const all = await Promise.all([one, other, one, other].map((wallet) => wallet.send(call)))
    expect(new Set(all.map(({ transactionHash }) => transactionHash)).size).to.equal(4)
  })

  it('sends nothing again that has its number itself, because somebody on the way passed it on twice', async () => {
    const before = await sentBy(rich)
    let repeated = 0
    relay.before = async (calls) => {
      if (calls.every(({ method }) => method !== 'eth_sendRawTransaction')) return
      repeated += 1
      const body = JSON.stringify({ jsonrpc: '2.0', id: 1, ...calls[0] })
      await fetch(local.rpcUrl, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
    }
    expect((await walletOf(rich).send(call)).status).to.equal('success')
    expect([repeated, await sentBy(rich)]).to.deep.equal([1, before + 1])
  })

  it('ends a call of a batch in time whatever the node does not say', async () => {
    relay.before = () => new Promise(() => undefined)
    const error = await refusal(chain.batching(new AbortController().signal).getBlock())
    expect(error).to.include({ code: 'CHAIN_UNREACHABLE' })
  })
})

async function genesisOf(rpcUrl: string): Promise<Deployment['genesisHash']> {
  const error = await connectChain(rpcUrl, sample).catch((reason: { received: unknown }) => reason)
  if ('received' in error) return error.received as Deployment['genesisHash']
  throw new Error('a chain with a made-up genesis')
}
