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
