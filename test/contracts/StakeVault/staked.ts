import {
  DAY,
  type Deployment,
  DOLLAR,
  deploy,
  ethers,
  expect,
  register,
  type Signer,
  stakeFor,
} from '../base.ts'

/** Seconds between asking stake back and taking it. */
export const DELAY = 14 * DAY

/** The owner staked a dollar behind its agent, for `module`. */
export async function staked() {
  const d = await deploy()
  const agentId = await register(d, d.owner)
  await stakeFor(d, d.owner, agentId, DOLLAR, d.module.address)
  return { ...d, agentId, asModule: d.vault.connect(d.module), asOwner: d.vault.connect(d.owner) }
}

export type Staked = Awaited<ReturnType<typeof staked>>

/** Staked, locked, queued: of the owner for `module`, unless told otherwise. */
export async function expectPosition(
  d: Deployment & { agentId: bigint },
  expected: bigint[],
  { depositor = d.owner, module = d.module }: { depositor?: Signer; module?: Signer } = {},
) {
  const position = await d.vault.positionOf(d.agentId, depositor, module)
  expect([position.staked, position.locked, position.queued]).to.deep.equal(expected)
}

/** A vault over a token that misbehaves on demand; the owner has ten of it and lets the vault take them. */
export async function hostile() {
  const d = await staked()
  const bad = await ethers.deployContract('HostileToken')
  const vault = await ethers.deployContract('StakeVault', [bad, d.registry])
  await bad.mint(d.owner, 10n)
  await bad.connect(d.owner).approve(vault, 10n)
  const guarded = vault.interface.encodeErrorResult('ReentrancyGuardReentrantCall', [])
  return { ...d, bad, badVault: vault.connect(d.owner), guarded }
}
