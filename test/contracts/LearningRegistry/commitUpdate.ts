import { ethers, expect, loadFixture, time } from '../base.ts'
import { type Agent, bind, community, newAgent, newTask, STAKE, UpdateStatus } from './fixture.ts'
import { commit, openingOf, openTask, passTo, stakeOf, UPDATES } from './round.ts'

const HASH = ethers.id('a commitment')

async function opened() {
  const d = await community()
  const [agent, other] = d.participants
  if (agent === undefined || other === undefined) throw new Error('nobody')
  return { ...d, ...(await openTask(d)), agent, other }
}

describe('LearningRegistry: commitUpdate', () => {
  it('records who committed and locks the stake', async () => {
    const d = await loadFixture(opened)
    const { signer, agentId } = d.agent
    await expect(d.rounds.connect(signer).commitUpdate(d.task, HASH))
      .to.emit(d.rounds, 'UpdateCommitted')
      .withArgs(d.id, agentId, 0, signer, signer, HASH)
    const participant = await d.rounds.participantOf(d.id, 0)
    expect([...participant]).to.deep.equal([
      signer.address,
      agentId,
      UpdateStatus.Committed,
      signer.address,
      HASH,
    ])
    expect(await d.rounds.entryOf(d.id, agentId)).to.equal(1n)
    expect(await d.rounds.hasCommitted(d.id, signer)).to.equal(true)
    expect((await stakeOf(d, d.agent, d.addresses.rounds)).locked).to.equal(STAKE)
    await d.rounds.connect(d.other.signer).commitUpdate(d.task, HASH)
    expect(await d.rounds.entryOf(d.id, d.other.agentId)).to.equal(2n)
  })

  it('goes up to the last second of the phase', async () => {
    const d = await loadFixture(opened)
    await time.setNextBlockTimestamp(BigInt(d.task.commitUntil))
    await d.rounds.connect(d.agent.signer).commitUpdate(d.task, HASH)
    await expect(d.rounds.connect(d.other.signer).commitUpdate(d.task, HASH))
      .to.be.revertedWithCustomError(d.rounds, 'TooLate')
      .withArgs(d.task.commitUntil, BigInt(d.task.commitUntil) + 1n)
  })

  it('needs an open task', async () => {
    const d = await loadFixture(opened)
    const never = await newTask(d, { nonce: 2n })
    await expect(d.rounds.connect(d.agent.signer).commitUpdate(never, HASH)).to.be.revertedWithCustomError(
      d.rounds,
      'UnexpectedStatus',
    )
  })

  it('needs an agent, and its stake for rounds', async () => {
    const d = await loadFixture(opened)
    await expect(d.rounds.connect(d.stranger).commitUpdate(d.task, HASH))
      .to.be.revertedWithCustomError(d.rounds, 'NotBound')
      .withArgs(d.stranger)
    const { task } = await openTask(d, { participantStake: 10n ** 12n, nonce: 3n })
    await expect(d.rounds.connect(d.agent.signer).commitUpdate(task, HASH)).to.be.revertedWithCustomError(
      d.vault,
      'InsufficientStake',
    )
  })

  it('takes one commitment per agent', async () => {
    const d = await loadFixture(opened)
    await d.rounds.connect(d.agent.signer).commitUpdate(d.task, HASH)
    await expect(d.rounds.connect(d.agent.signer).commitUpdate(d.task, ethers.id('another')))
      .to.be.revertedWithCustomError(d.rounds, 'AlreadyEntered')
      .withArgs(d.agent.agentId)
  })

  it('takes as many as the task does', async () => {
    const d = await loadFixture(opened)
    for (const { signer } of d.participants) await d.rounds.connect(signer).commitUpdate(d.task, HASH)
    const late = d.evaluators[0]
    await expect(d.rounds.connect(late?.signer).commitUpdate(d.task, HASH))
      .to.be.revertedWithCustomError(d.rounds, 'RoundFull')
      .withArgs(5)
  })

  it('refuses owners that evaluate', async () => {
    const d = await loadFixture(opened)
    await d.panel.connect(d.agent.signer).enlist(d.task)
    await expect(d.rounds.connect(d.agent.signer).commitUpdate(d.task, HASH))
      .to.be.revertedWithCustomError(d.rounds, 'ConflictOfInterest')
      .withArgs(d.agent.signer)
  })

  it('lets the requester take part, by which it pays itself', async () => {
    const d = await loadFixture(opened)
    await d.rounds.connect(d.requester).commitUpdate(d.task, HASH)
    expect(await d.rounds.hasCommitted(d.id, d.requester)).to.equal(true)
  })

  it('is worthless when copied by another sender', async () => {
    const d = await loadFixture(opened)
    const [update] = UPDATES
    if (update === undefined) throw new Error('no update')
    const opening = openingOf(d.task, update)
    await commit(d, d.task, d.agent, opening)
    const copied = (await d.rounds.participantOf(d.id, 0)).root
    await d.rounds.connect(d.other.signer).commitUpdate(d.task, copied)
    await passTo(d.task.commitUntil)
    const reveal = (index: number) =>
      d.rounds.revealUpdate(d.task, index, opening.updateRoot, opening.contentId, opening.salt)
    await expect(reveal(1)).to.be.revertedWithCustomError(d.rounds, 'CommitmentMismatch')
    await reveal(0)
  })

  it('locks the stake of the owner that the key is bound to', async () => {
    const d = await loadFixture(opened)
    const owner = d.others.at(-1)
    const key = d.others.at(-2)
    if (owner === undefined || key === undefined) throw new Error('too few accounts')
    const agent: Agent = await newAgent(d, owner)
    await bind(d, agent, key)
    await d.rounds.connect(key).commitUpdate(d.task, HASH)
    const participant = await d.rounds.participantOf(d.id, 0)
    expect(participant.sender).to.equal(key.address)
    expect(participant.owner).to.equal(owner.address)
    expect((await stakeOf(d, agent, d.addresses.rounds)).locked).to.equal(STAKE)
  })
})
