import { expect } from 'chai'
import { createPublicClient, http } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { Account } from '../../../agent/account.ts'
import { Bindings } from '../../../agent/chain/bindings.ts'
import { type ChainClient, connectChain } from '../../../agent/chain/client.ts'
import { Wallet } from '../../../agent/chain/wallet.ts'
import { identityFromKey } from '../../../agent/network/identity.ts'
import { type LocalChain, startChain } from '../../../community/chain.ts'
import { DEVELOPMENT_KEY } from '../../../community/development-account.ts'
import { aliasOf } from '../../../protocol/addresses.ts'
import type { Deployment } from '../../../protocol/deployment.ts'
import { fromHex } from '../../../protocol/wire/fields.ts'
import { deploy } from '../../../scripts/deploy.ts'
import { temporaryPaths } from '../support/temporary.ts'

describe('Bindings', function () {
  this.timeout(60_000)
  const path = temporaryPaths()
  const identity = identityFromKey(fromHex(DEVELOPMENT_KEY))
  const { address } = identity
  let local: LocalChain
  let deployment: Deployment
  let chain: ChainClient
  let account: Account

  before(async () => {
    local = await startChain(path('chain.log'))
    const { rpcUrl } = local
    deployment = await deploy({ rpcUrl, account: privateKeyToAccount(DEVELOPMENT_KEY) })
    chain = await connectChain(rpcUrl, deployment)
    const wallet = new Wallet({ ...chain, ...identity, chainId: deployment.chainId })
    account = new Account({ identity, wallet, chain, deployment })
  })
  after(() => local.stop())

  const blockNumber = () => createPublicClient({ transport: http(local.rpcUrl) }).getBlockNumber()

  it('do not remember that a key is unbound: it may be so no longer', async () => {
    const bindings = new Bindings(chain)
    expect((await bindings.of(address)).agentId).to.equal(0n)
    const agentId = await account.ensureRegistered('data:,bound')
    expect(await bindings.of(address)).to.deep.equal({ agentId, epoch: 1n, owner: address })
  })

  it('remember what a key is bound to, until the chain is asked anew', async () => {
    const bindings = new Bindings(chain)
    const bound = await bindings.of(address)
    const before = await blockNumber()
    await account.revokeKey()
    expect(await blockNumber()).to.equal(before + 1n)
    expect(await bindings.of(address)).to.equal(bound)
    expect((await bindings.fresh(address)).agentId).to.equal(0n)
    expect((await bindings.of(address)).agentId).to.equal(0n)
  })

  it('change with the key that speaks for an agent, which keeps its id', async () => {
    const bindings = new Bindings(chain)
    const agentId = await account.ensureRegistered('data:,rotated')
    const { epoch } = await bindings.fresh(address)
    const next = identityFromKey(crypto.getRandomValues(new Uint8Array(32)))
    const wallet = new Wallet({ ...chain, ...next, chainId: deployment.chainId })
    const account2 = new Account({ identity: next, wallet, chain, deployment })
    await account.bindKey(agentId, next.address, await account2.consent(agentId, address))
    expect(await bindings.fresh(next.address)).to.deep.equal({ agentId, epoch: epoch + 1n, owner: address })
    expect((await bindings.fresh(address)).agentId).to.equal(0n)
    expect(await account2.alias()).to.equal(aliasOf(deployment, agentId))

    await account.revokeKey(agentId)
    expect((await bindings.fresh(next.address)).agentId).to.equal(0n)
    expect(await account2.alias()).to.equal(undefined)
  })

  it('do not remember a failure of the chain', async () => {
    const gone = { ...deployment.contracts, identityRegistry: deployment.contracts.treasury }
    const client = { ...chain, deployment: { ...deployment, contracts: gone } }
    const bindings = new Bindings(client)
    const failed = await bindings.of(address).then(
      () => false,
      () => true,
    )
    expect(failed).to.equal(true)
    client.deployment = deployment
    expect((await bindings.of(address)).agentId).to.equal(0n)
  })
})
