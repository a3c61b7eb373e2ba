import { bindWallet, expect, loadFixture } from '../base.ts'
import { registered } from './registered.ts'

describe('IdentityRegistry: keyEpochOf', () => {
  it('grows by one each time the wallet is set, taken away or transferred', async () => {
    const d = await loadFixture(registered)
    const steps = [
      async () => undefined,
      () => bindWallet(d, d.owner, d.agentId, d.seller),
      () => bindWallet(d, d.owner, d.agentId, d.seller),
      () => d.registry.connect(d.owner).unsetAgentWallet(d.agentId),
      () => d.registry.connect(d.owner).unsetAgentWallet(d.agentId),
      () => d.registry.connect(d.owner).transferFrom(d.owner, d.owner, d.agentId),
      () => d.registry.connect(d.owner).transferFrom(d.owner, d.buyer, d.agentId),
    ]
    for (const [epoch, step] of steps.entries()) {
      await step()
      expect(await d.registry.keyEpochOf(d.agentId)).to.equal(epoch)
    }
    expect(await d.registry.keyEpochOf(d.otherId)).to.equal(0n)
  })

  it('is nothing for an agent that does not exist', async () => {
    const d = await loadFixture(registered)
    expect(await d.registry.keyEpochOf(99n)).to.equal(0n)
  })
})
