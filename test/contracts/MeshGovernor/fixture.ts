/** Governance as it is deployed, with holders who delegated their votes to themselves. */
import { DAY, type Deployment, deploy, ethers, SALT, type Signer, time } from '../base.ts'

export { DAY, ethers, expect, loadFixture, type Signer, time } from '../base.ts'

const MESH = 10n ** 18n
export const SUPPLY = 1_000_000n * MESH
export const percent = (share: bigint) => (SUPPLY * share) / 100n
export const TIMELOCK_DELAY = 2 * DAY
export const GUARDIAN_TERM = 180 * DAY
export const settings = {
  votingDelay: 1 * DAY,
  votingPeriod: 5 * DAY,
  voteExtension: 2 * DAY,
  proposalThreshold: percent(1n) / 2n,
  quorumPercent: 4,
}
export const Vote = { Against: 0, For: 1, Abstain: 2 }
export const State = {
  Pending: 0n,
  Active: 1n,
  Canceled: 2n,
  Defeated: 3n,
  Succeeded: 4n,
  Queued: 5n,
  Expired: 6n,
  Executed: 7n,
}
export const name = (text: string) => ethers.encodeBytes32String(text)

/** What the directory of the tests begins with; `governance` decides for it. */
export function genesis(governance: string, identityRegistry: string, bondToken: string) {
  return {
    governance,
    identityRegistry,
    bondToken,
    accusationBond: 100n * MESH,
    maxMinStake: 1000n * MESH,
    maxMinReputation: 4000,
    admission: { minStake: 0n, minReputation: 0 },
    quota: { perMinute: 60, burst: 30 },
    spamRules: {
      maxMessageBytes: 16_384,
      maxIntentLife: DAY,
      maxLiveIntents: 16,
      maxLiveOffers: 32,
      invalidTolerance: 20,
      muteDuration: 600,
    },
    contracts: [] as { name: string; location: string }[],
    protocols: [] as string[],
  }
}

/** The accounts behind those of the common fixture. */
async function holders() {
  const [proposer, whale, opponent, keeper] = (await ethers.getSigners()).slice(8)
  if (!proposer || !whale || !opponent || !keeper) throw new Error('the test network has too few accounts')
  return { proposer, whale, opponent, keeper }
}

/** Deploys governance the way the deployment has to: the deployer's last act is to renounce its role. */
async function deployGovernance(d: Deployment, keeper: string) {
  const votes = await ethers.deployContract('MeshToken', [d.deployer, SUPPLY])
  const timelock = await ethers.deployContract('MeshTimelock', [TIMELOCK_DELAY, d.deployer])
  const governor = await ethers.deployContract('MeshGovernor', [votes, timelock, settings])
  const expiresAt = (await time.latest()) + GUARDIAN_TERM
  const guardian = await ethers.deployContract('Guardian', [timelock, keeper, expiresAt])
  const first = {
    ...genesis(await timelock.getAddress(), d.addresses.registry, await votes.getAddress()),
    contracts: [
      { name: name('IntentEscrow'), location: d.addresses.escrow },
      { name: name('Ledger'), location: d.addresses.ledger },
    ],
    protocols: [name('negotiation')],
  }
  const directory = await ethers.deployContract('MeshDirectory', [first, SALT])
  await timelock.grantRole(await timelock.PROPOSER_ROLE(), governor)
  await timelock.grantRole(await timelock.CANCELLER_ROLE(), governor)
  await timelock.grantRole(await timelock.CANCELLER_ROLE(), guardian)
  await timelock.renounceRole(await timelock.DEFAULT_ADMIN_ROLE(), d.deployer)
  return { votes, timelock, governor, guardian, directory }
}

export type Governed = Awaited<ReturnType<typeof governed>>

/** Proposer 1 %, whale 6 %, opponent 8 % of the supply; the rest votes for nobody. */
export async function governed() {
  const d = await deploy()
  const people = await holders()
  const g = await deployGovernance(d, people.keeper.address)
  const shares = [
    [people.proposer, 1n],
    [people.whale, 6n],
    [people.opponent, 8n],
  ] as const
  for (const [holder, share] of shares) {
    await g.votes.transfer(holder, percent(share))
    await g.votes.connect(holder).delegate(holder)
  }
  return { ...d, ...people, ...g }
}

export interface Proposal {
  targets: string[]
  values: bigint[]
  calldatas: string[]
  description: string
}

type Arguments = [string[], bigint[], string[], string]

/** One call. Its description makes it another proposal than an equal one. */
export const call = (target: string, data: string, description = 'because'): Proposal => ({
  targets: [target],
  values: [0n],
  calldatas: [data],
  description,
})

const hashed = (p: Proposal): Arguments => [p.targets, p.values, p.calldatas, ethers.id(p.description)]

export const idOf = (d: Governed, p: Proposal) => d.governor.hashProposal(...hashed(p))

export const propose = (d: Governed, p: Proposal, by: Signer = d.proposer) =>
  d.governor.connect(by).propose(p.targets, p.values, p.calldatas, p.description)

export const queue = (d: Governed, p: Proposal) => d.governor.connect(d.stranger).queue(...hashed(p))

export const execute = (d: Governed, p: Proposal) => d.governor.connect(d.stranger).execute(...hashed(p))

export const cancel = (d: Governed, p: Proposal, by: Signer) => d.governor.connect(by).cancel(...hashed(p))

/** The first second at which votes are cast. */
export async function openVote(d: Governed, id: bigint) {
  await time.increaseTo((await d.governor.proposalSnapshot(id)) + 1n)
}

export async function closeVote(d: Governed, id: bigint) {
  await time.increaseTo((await d.governor.proposalDeadline(id)) + 1n)
}

/** Proposed by the proposer. Votes count from now on. */
export async function proposed(d: Governed, p: Proposal): Promise<bigint> {
  await propose(d, p)
  const id = await idOf(d, p)
  await openVote(d, id)
  return id
}

/** Proposed, and carried by the whale. */
export async function carried(d: Governed, p: Proposal): Promise<bigint> {
  const id = await proposed(d, p)
  await d.governor.connect(d.whale).castVote(id, Vote.For)
  await closeVote(d, id)
  return id
}

/** Carried, and waiting in the timelock. */
export async function queued(d: Governed, p: Proposal): Promise<bigint> {
  const id = await carried(d, p)
  await queue(d, p)
  return id
}

/** The whole way. */
export async function decide(d: Governed, p: Proposal) {
  const id = await queued(d, p)
  await time.increaseTo(await d.governor.proposalEta(id))
  return execute(d, p)
}

/** The timelock's id of a proposal that is queued. */
export async function operationOf(d: Governed, p: Proposal): Promise<string> {
  const salt = BigInt(await d.governor.getAddress()) << 96n
  const mixed = ethers.toBeHex(salt ^ BigInt(ethers.id(p.description)), 32)
  return d.timelock.hashOperationBatch(p.targets, p.values, p.calldatas, ethers.ZeroHash, mixed)
}
