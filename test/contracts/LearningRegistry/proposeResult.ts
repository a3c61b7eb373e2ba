import { ethers, expect, loadFixture, time } from '../base.ts'
import { community, newAgent, type Opening, ProposalStatus, STAKE, STAKED } from './fixture.ts'
import { committed, passTo, reveal, scoring, stakeOf } from './round.ts'

const ROOT = ethers.id('an aggregate')
const CONTENT = ethers.id('content of the aggregate')

async function proposing() {
  const d = await community()
  const [agent, other] = d.participants
  if (agent === undefined || other === undefined) throw new Error('nobody')
  return { ...d, ...(await scoring(d)), agent, other }
}

describe('LearningRegistry: proposeResult', () => {
  it('records the first proposal as the result for now, and locks the stake', async () => {
    const d = await loadFixture(proposing)
    const { signer, agentId } = d.agent
    await expect(d.rounds.connect(signer).proposeResult(d.task, ROOT, CONTENT))
      .to.emit(d.rounds, 'ResultProposed')
      .withArgs(d.id, ROOT, agentId, CONTENT)
    expect([...(await d.rounds.proposalOf(d.id, ROOT))]).to.deep.equal([
      signer.address,
      agentId,
      ProposalStatus.Standing,
    ])
    await d.rounds.connect(d.other.signer).proposeResult(d.task, ethers.id('another'), CONTENT)
    expect((await d.rounds.roundOf(d.id)).result).to.equal(ROOT)
    expect((await stakeOf(d, d.agent, d.addresses.rounds)).locked).to.equal(STAKE)
  })

  it('has its own phase, to the second', async () => {
    const d = await loadFixture(community)
    const round = await committed(d)
    const [agent] = d.participants
    const propose = (root: string) => d.rounds.connect(agent?.signer).proposeResult(round.task, root, CONTENT)
    await passTo(round.task.commitUntil)
    await reveal(d, round.task, 0, round.openings[0] as Opening)
    const { attestUntil, scoreUntil } = round.task
    await time.setNextBlockTimestamp(BigInt(attestUntil))
    await expect(propose(ROOT)).to.be.revertedWithCustomError(d.rounds, 'TooEarly')
    await passTo(attestUntil)
    await propose(ROOT)
    await time.setNextBlockTimestamp(BigInt(scoreUntil))
    await propose(ethers.id('second'))
    await expect(propose(ethers.id('third'))).to.be.revertedWithCustomError(d.rounds, 'TooLate')
  })

  it('is for the requester, with an agent of its own, and for those who revealed', async () => {
    const d = await loadFixture(proposing)
    await d.rounds.connect(d.requester).proposeResult(d.task, ROOT, CONTENT)
    const outsider = d.others.at(-1)
    if (outsider === undefined) throw new Error('too few accounts')
    const propose = (root: string) => d.rounds.connect(outsider).proposeResult(d.task, root, CONTENT)
    await expect(propose(ethers.id('x')))
      .to.be.revertedWithCustomError(d.rounds, 'NotBound')
      .withArgs(outsider)
    await newAgent(d, outsider)
    await expect(propose(ethers.id('x')))
      .to.be.revertedWithCustomError(d.rounds, 'NotConcerned')
      .withArgs(outsider)
  })

  it('is not for those who committed and never revealed', async () => {
    const d = await loadFixture(community)
    const round = await committed(d)
    await passTo(round.task.commitUntil)
    await reveal(d, round.task, 0, round.openings[0] as Opening)
    await passTo(round.task.attestUntil)
    await expect(
      d.rounds.connect(d.participants[1]?.signer).proposeResult(round.task, ROOT, CONTENT),
    ).to.be.revertedWithCustomError(d.rounds, 'NotConcerned')
  })

  it('takes a root once, and never zero', async () => {
    const d = await loadFixture(proposing)
    const propose = (root: string) => d.rounds.connect(d.agent.signer).proposeResult(d.task, root, CONTENT)
    await propose(ROOT)
    await expect(propose(ROOT)).to.be.revertedWithCustomError(d.rounds, 'NotProposable').withArgs(ROOT)
    await expect(propose(ethers.ZeroHash)).to.be.revertedWithCustomError(d.rounds, 'NotProposable')
  })

  it('needs stake', async () => {
    const d = await loadFixture(proposing)
    const { signer, agentId } = d.agent
    await d.vault.connect(signer).requestUnstake(agentId, d.rounds, STAKED)
    await expect(d.rounds.connect(signer).proposeResult(d.task, ROOT, CONTENT)).to.be.revertedWithCustomError(
      d.vault,
      'InsufficientStake',
    )
  })

  it('needs an open round', async () => {
    const d = await loadFixture(proposing)
    await expect(
      d.rounds.connect(d.agent.signer).proposeResult({ ...d.task, nonce: 9n }, ROOT, CONTENT),
    ).to.be.revertedWithCustomError(d.rounds, 'UnexpectedStatus')
  })

  it('earns nothing in a round without updates, whose escrow went back', async () => {
    const d = await loadFixture(community)
    const { task, id } = await committed(d)
    await passTo(task.attestUntil)
    await d.rounds.connect(d.requester).proposeResult(task, ROOT, CONTENT)
    await d.rounds.settle(task)
    expect((await d.rounds.roundOf(id)).result).to.equal(ethers.ZeroHash)
    await expect(d.rounds.claimResult(task)).to.be.revertedWithCustomError(d.rounds, 'NothingToClaim')
    await passTo(task.closeAt)
    await d.rounds.closeProposal(task, ROOT)
    expect((await stakeOf(d, d.requesting, d.addresses.rounds)).locked).to.equal(0n)
  })
})
