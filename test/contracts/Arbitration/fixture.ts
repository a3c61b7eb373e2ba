/** A court with twelve jurors, and what people do before it. */
import { getCreateAddress } from 'ethers'
import type { CaseStruct } from '../../../types/ethers-contracts/Arbitration.ts'
import { DOLLAR, ethers, expect, networkHelpers, type Signer, time } from '../base.ts'

export const ID = ethers.id('a case')
export const AMOUNT = 1_000n * DOLLAR
export const MIN_BOND = DOLLAR
export const JUROR_BOND = 100n * DOLLAR
/** Seven days at one percent a day. */
export const BOND = (AMOUNT * 7n) / 100n
export const RICH = 1_000n * DOLLAR
export const BURNED = '0x000000000000000000000000000000000000dEaD'
export const WHOLE = 10_000n
export const HOUR = 60 * 60

/** Stages and rulings by number, as the ABI gives them. */
export const Stage = {
  None: 0n,
  Response: 1n,
  Evidence: 2n,
  Draw: 3n,
  Commit: 4n,
  Reveal: 5n,
  Appeal: 6n,
  Match: 7n,
  Ruled: 8n,
  Silent: 9n,
}
export const Ruling = { None: 0n, Pending: 1n, Ruled: 2n, Silent: 3n }
export const Side = { None: 0n, Plaintiff: 1n, Defendant: 2n }

export type Court = Awaited<ReturnType<typeof emptyCourt>>

async function people() {
  const [deployer, plaintiff, defendant, arbitrable, matcher, stranger, feeRecipient, ...owners] =
    await ethers.getSigners()
  if (!deployer || !plaintiff || !defendant || !arbitrable || !matcher || !stranger || !feeRecipient) {
    throw new Error('the test network has too few accounts')
  }
  return { deployer, plaintiff, defendant, arbitrable, matcher, stranger, feeRecipient, owners }
}

/** Everything deployed and money in the ledger, but nobody on the list. `arbitrable` is an ordinary account. */
export async function emptyCourt() {
  const accounts = await people()
  const { deployer, arbitrable, feeRecipient } = accounts
  const token = await ethers.deployContract('TestDollar')
  const registry = await ethers.deployContract('IdentityRegistry')
  const vault = await ethers.deployContract('StakeVault', [token, registry])
  const nonce = await deployer.getNonce()
  const address = getCreateAddress({ from: deployer.address, nonce: nonce + 1 })
  const ledger = await ethers.deployContract('Ledger', [[address], feeRecipient])
  const court = await ethers.deployContract('Arbitration', [
    ledger,
    vault,
    [arbitrable],
    [token],
    MIN_BOND,
    JUROR_BOND,
  ])
  const d = { ...accounts, token, registry, vault, ledger, court }
  for (const account of [d.plaintiff, d.defendant, d.matcher]) await prefund(d, account, RICH)
  return d
}

/** The court with twelve jurors of twelve owners: agents 1 to 12. */
export async function court() {
  const d = await emptyCourt()
  for (const owner of d.owners.slice(0, 12)) await addJuror(d, owner)
  return d
}

/** A case whose bonds are both in. */
export async function matched() {
  const d = await court()
  await bring(d)
  await d.court.connect(d.defendant).matchBond(d.arbitrable, ID)
  return d
}

/** A case that waits to be drawn. */
export async function drawable() {
  const d = await matched()
  await passStage(d)
  return d
}

/** A case with a panel of three. */
export async function seated() {
  const d = await drawable()
  await drawPanel(d)
  return d
}

/** A case whose first panel gave the defendant 70%. */
export async function judged() {
  const d = await seated()
  await vote(d, [6000n, 7000n, 8000n])
  return d
}

/** A case that the plaintiff has appealed. */
export async function appealed() {
  const d = await judged()
  await d.court.connect(d.plaintiff).appeal(d.arbitrable, ID)
  return d
}

/** A case on appeal, before its panel of five. */
export async function reseated() {
  const d = await appealed()
  await d.court.connect(d.defendant).matchBond(d.arbitrable, ID)
  await drawPanel(d)
  return d
}

type Base = Pick<Court, 'token' | 'registry' | 'vault' | 'ledger' | 'court'>

export async function prefund(d: Pick<Court, 'token' | 'ledger'>, account: Signer, amount: bigint) {
  await d.token.mint(account, amount)
  await d.token.connect(account).approve(d.ledger, amount)
  await d.ledger.connect(account).deposit(d.token, account, amount)
}

/** Registers an agent and returns its id. */
export async function register(d: Pick<Court, 'registry'>, owner: Signer): Promise<bigint> {
  const agentId = await d.registry.connect(owner)['register()'].staticCall()
  await d.registry.connect(owner)['register()']()
  return agentId
}

export async function stakeFor(d: Base, owner: Signer, agentId: bigint, amount = JUROR_BOND) {
  await d.token.mint(owner, amount)
  await d.token.connect(owner).approve(d.vault, amount)
  await d.vault.connect(owner).stake(agentId, d.court, amount)
}

export async function addJuror(d: Base, owner: Signer, amount = JUROR_BOND): Promise<bigint> {
  const agentId = await register(d, owner)
  await stakeFor(d, owner, agentId, amount)
  await d.court.connect(owner).enlist(agentId)
  return agentId
}

/** Binds a key to an agent. */
export async function bind(d: Pick<Court, 'registry'>, owner: Signer, agentId: bigint, wallet: Signer) {
  const deadline = (await time.latest()) + 240
  const domain = {
    name: 'ERC8004IdentityRegistry',
    version: '1',
    chainId: (await ethers.provider.getNetwork()).chainId,
    verifyingContract: await d.registry.getAddress(),
  }
  const types = {
    AgentWalletSet: [
      { name: 'agentId', type: 'uint256' },
      { name: 'newWallet', type: 'address' },
      { name: 'owner', type: 'address' },
      { name: 'deadline', type: 'uint256' },
    ],
  }
  const message = { agentId, newWallet: wallet.address, owner: owner.address, deadline }
  const signature = await wallet.signTypedData(domain, types, message)
  await d.registry.connect(owner).setAgentWallet(agentId, wallet, deadline, signature)
}

/** What the arbitrable asks: nobody stands behind the parties, and the plaintiff pays. */
export function newCase(d: Court, overrides: Partial<CaseStruct> = {}): CaseStruct {
  const { plaintiff, defendant, token } = d
  const owners = { plaintiffOwner: ethers.ZeroAddress, defendantOwner: ethers.ZeroAddress }
  return { id: ID, plaintiff, defendant, ...owners, bonder: plaintiff, token, amount: AMOUNT, ...overrides }
}

/** The arbitrable brings a case. */
export async function bring(d: Court, id = ID, amount = AMOUNT, overrides: Partial<CaseStruct> = {}) {
  return d.court.connect(d.arbitrable).createDispute(newCase(d, { id, amount, ...overrides }))
}

export const caseOf = (d: Court, id = ID) => d.court.disputeOf(d.arbitrable, id)

export async function expectStage(d: Court, stage: bigint, id = ID) {
  expect((await caseOf(d, id)).state.stage).to.equal(stage)
}

export async function expectRuling(d: Court, ruling: bigint, defendantBps: bigint, id = ID) {
  expect([...(await d.court.rulingOf(d.arbitrable, id))]).to.deep.equal([ruling, defendantBps])
}

/** Lets the present stage run out. */
export async function passStage(d: Court, id = ID) {
  await time.increaseTo((await caseOf(d, id)).state.until)
}

/** Names the block that draws, and waits until it lies behind. */
export async function aim(d: Court, id = ID) {
  await d.court.draw(d.arbitrable, id)
  await networkHelpers.mine(await d.court.DRAW_DELAY())
}

/** Draws until the panel is full. */
export async function drawPanel(d: Court, id = ID) {
  await aim(d, id)
  for (let call = 0; call < 20; call++) {
    await d.court.draw(d.arbitrable, id)
    if ((await caseOf(d, id)).state.stage === Stage.Commit) return
  }
  throw new Error('twenty calls did not fill the panel')
}

export type Juror = { agentId: bigint; owner: Signer }

/** Who sits on the panel of the present round. */
export async function panel(d: Court, id = ID): Promise<Juror[]> {
  const { state, seats } = await caseOf(d, id)
  const first = state.round === 0n ? 0 : 3
  return seats.slice(first, first + Number(state.seated)).map(({ agentId, depositor }) => {
    const owner = d.owners.find(({ address }) => address === depositor)
    if (!owner) throw new Error(`nobody knows the juror ${depositor}`)
    return { agentId, owner }
  })
}

export const saltOf = (agentId: bigint) => ethers.id(`salt of ${agentId}`)

export async function commitmentOf(d: Court, agentId: bigint, share: bigint, round = 0n, id = ID) {
  return d.court.commitmentOf(d.arbitrable, id, round, agentId, share, saltOf(agentId))
}

/** Each juror commits to its vote; those for whom there is none stay away. */
export async function commitVotes(d: Court, votes: (bigint | undefined)[], id = ID) {
  const { round } = (await caseOf(d, id)).state
  for (const [index, { agentId, owner }] of (await panel(d, id)).entries()) {
    const share = votes[index]
    if (share === undefined) continue
    const commitment = await commitmentOf(d, agentId, share, round, id)
    await d.court.connect(owner).commit(d.arbitrable, id, agentId, commitment)
  }
}

export async function revealVotes(d: Court, votes: (bigint | undefined)[], id = ID) {
  for (const [index, { agentId }] of (await panel(d, id)).entries()) {
    const share = votes[index]
    if (share !== undefined) await d.court.reveal(d.arbitrable, id, agentId, share, saltOf(agentId))
  }
}

/** Commit and reveal; whoever has no vote stays away, and the stage runs out. */
export async function vote(d: Court, votes: (bigint | undefined)[], id = ID) {
  await commitVotes(d, votes, id)
  if ((await caseOf(d, id)).state.stage === Stage.Commit) await passStage(d, id)
  await revealVotes(d, votes, id)
}

export const balance = (d: Court, account: Signer | string) => d.ledger.balanceOf(d.token, account)

/** What the court holds for live cases: all that the ledger has and no account owns. */
export async function held(d: Court): Promise<bigint> {
  const accounts = [d.plaintiff, d.defendant, d.matcher, d.stranger, ...d.owners].map(
    ({ address }) => address,
  )
  const balances = await d.ledger.balancesOf(d.token, [...accounts, BURNED])
  return (await d.token.balanceOf(d.ledger)) - balances.reduce((sum, amount) => sum + amount, 0n)
}
