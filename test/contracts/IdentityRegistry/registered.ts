import { deploy, ethers, expect, register, type Signer, time } from '../base.ts'

/** Two agents: one of `owner`, one of `stranger`. */
export async function registered() {
  const d = await deploy()
  const agentId = await register(d, d.owner)
  const otherId = await register(d, d.stranger)
  const deadline = (await time.latest()) + 250
  const message = { agentId, newWallet: d.seller.address, owner: d.owner.address, deadline }
  return { ...d, agentId, otherId, deadline, message }
}

export type Registered = Awaited<ReturnType<typeof registered>>

export const setWallet = (
  d: Registered,
  caller: Signer,
  signature: string,
  { wallet = d.seller.address, deadline = d.deadline } = {},
) => d.registry.connect(caller).setAgentWallet(d.agentId, wallet, deadline, signature)

export async function expectUnbound(d: Registered) {
  expect(await d.registry.getAgentWallet(d.agentId)).to.equal(ethers.ZeroAddress)
  expect(await d.registry.getMetadata(d.agentId, 'agentWallet')).to.equal('0x')
  expect(await d.registry.agentIdOf(d.seller)).to.equal(0n)
}
