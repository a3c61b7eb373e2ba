import { type Deployment, DOLLAR, deploy, ethers, expect, register, stakeFor } from '../base.ts'

export const LOCK = ethers.id('lock')
export const LockStatus = { None: 0n, Live: 1n, Released: 2n }

/** The owner staked a dollar behind its agent and lets `module` lock it. */
export async function staked() {
  const d = await deploy()
  const agentId = await register(d, d.owner)
  await stakeFor(d, d.owner, agentId, DOLLAR, d.module.address)
  return { ...d, agentId, asModule: d.vault.connect(d.module) }
}

export async function expectPosition(d: Deployment & { agentId: bigint }, owner: string, expected: bigint[]) {
  const { staked, locked, queued } = await d.vault.positionOf(d.agentId, owner)
  expect([staked, locked, queued]).to.deep.equal(expected)
}
