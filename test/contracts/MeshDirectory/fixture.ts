/** A directory that one account governs at once, so that each function can be tried by itself. */
import { bindWallet, deploy, ethers, register, SALT, type Signer, time } from '../base.ts'
import { genesis, name } from '../MeshGovernor/fixture.ts'

export { DAY, ethers, expect, loadFixture, register, SALT, type Signer, time } from '../base.ts'
export { genesis, name } from '../MeshGovernor/fixture.ts'

export const ESCROW = name('IntentEscrow')
export const ENERGY = name('energy')
export const Status = { None: 0n, Current: 1n, Deprecated: 2n, Sunset: 3n }
export const Outcome = { Silence: 0n, Banned: 1n, Acquitted: 2n, Undecided: 3n }
export const BOND = 100n * 10n ** 18n
export const EVIDENCE = ethers.id('evidence')
export const URI = 'ipfs://evidence'
export const SILENCE = 7 * 86_400
export const OBJECTION = 30 * 86_400
export const DECISION = 45 * 86_400
export const TERM = 180 * 86_400

export type Directed = Awaited<ReturnType<typeof directed>>

/** One escrow is registered; agent 1 of `owner` speaks through `seller`; `accuser` can pay bonds. */
export async function directed() {
  const d = await deploy()
  const [governance, accuser] = (await ethers.getSigners()).slice(8) as [Signer, Signer]
  const votes = await ethers.deployContract('MeshToken', [d.deployer, 100n * BOND])
  const first = {
    ...genesis(governance.address, d.addresses.registry, await votes.getAddress()),
    contracts: [{ name: ESCROW, location: d.addresses.escrow }],
    protocols: [name('negotiation')],
  }
  const directory = await ethers.deployContract('MeshDirectory', [first, SALT])
  const agentId = await register(d, d.owner)
  await bindWallet(d, d.owner, agentId, d.seller)
  for (const account of [accuser, d.stranger]) {
    await votes.transfer(account, 10n * BOND)
    await votes.connect(account).approve(directory, ethers.MaxUint256)
  }
  return {
    ...d,
    governance,
    accuser,
    votes,
    directory,
    first,
    agentId,
    asGovernance: directory.connect(governance),
  }
}

/** A contract that was never registered. */
export const another = () => ethers.deployContract('TestDollar')

/** The accuser has accused agent 1. */
export async function accused() {
  const d = await directed()
  await d.directory.connect(d.accuser).accuse(d.agentId, EVIDENCE, URI)
  return { ...d, accusedAt: await time.latest() }
}

/** Its owner has answered, a day later. */
export async function contested() {
  const d = await accused()
  await time.increase(86_400)
  await d.directory.connect(d.owner).contest(d.agentId)
  return { ...d, contestedAt: await time.latest() }
}

/** What everybody but governance meets. */
export const outsiders = (d: Directed) => [d.deployer, d.owner, d.stranger, d.accuser]
