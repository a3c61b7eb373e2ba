import { bindWallet, ethers, expect, loadFixture, signAgentWallet } from '../base.ts'
import { type Registered, registered } from './registered.ts'

const NOBODY = [0n, 0n, ethers.ZeroAddress]

const bindingOf = async (d: Registered, wallet: { address: string }) => [
  ...(await d.registry.bindingOf(wallet.address)),
]

/** The seller's wallet is bound to the owner's agent. */
async function bound() {
  const d = await registered()
  await bindWallet(d, d.owner, d.agentId, d.seller)
  return d
}

describe('IdentityRegistry: bindingOf', () => {
  it('says for which agent a wallet speaks, since which epoch, and for whom', async () => {
    const d = await loadFixture(bound)
    expect(await bindingOf(d, d.seller)).to.deep.equal([d.agentId, 1n, d.owner.address])
  })

  it('is empty for wallets that never consented, the default one included', async () => {
    const d = await loadFixture(bound)
    for (const wallet of [d.stranger, d.owner, { address: ethers.ZeroAddress }]) {
      expect(await bindingOf(d, wallet)).to.deep.equal(NOBODY)
    }
  })

  it('is empty after unsetting, replacing and transferring', async () => {
    const ways = [
      (d: Registered) => d.registry.connect(d.owner).unsetAgentWallet(d.agentId),
      (d: Registered) => bindWallet(d, d.owner, d.agentId, d.buyer),
      (d: Registered) => d.registry.connect(d.owner).transferFrom(d.owner, d.stranger, d.agentId),
    ]
    for (const end of ways) {
      const d = await loadFixture(bound)
      await end(d)
      expect(await bindingOf(d, d.seller)).to.deep.equal(NOBODY)
    }
  })

  it('has another epoch when the same wallet is bound again', async () => {
    const d = await loadFixture(bound)
    await bindWallet(d, d.owner, d.agentId, d.seller)
    expect(await bindingOf(d, d.seller)).to.deep.equal([d.agentId, 2n, d.owner.address])
    await d.registry.connect(d.owner).unsetAgentWallet(d.agentId)
    await bindWallet(d, d.owner, d.agentId, d.seller)
    expect(await bindingOf(d, d.seller)).to.deep.equal([d.agentId, 4n, d.owner.address])
  })

  it('names the owner also when an approved account made the binding', async () => {
    const d = await loadFixture(registered)
    await d.registry.connect(d.owner).approve(d.stranger, d.agentId)
    const { agentId, deadline, message } = d
    const consent = await signAgentWallet(d, d.seller, message)
    await d.registry.connect(d.stranger).setAgentWallet(agentId, d.seller, deadline, consent)
    expect(await bindingOf(d, d.seller)).to.deep.equal([agentId, 1n, d.owner.address])
  })
})
