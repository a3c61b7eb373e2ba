import { expect, loadFixture, time } from '../base.ts'
import { community, type Opening, STAKE, STAKED, UpdateStatus } from './fixture.ts'
import { committed, passTo, reveal, stakeOf } from './round.ts'

async function silent() {
  const d = await community()
  const round = await committed(d)
  await passTo(round.task.commitUntil)
  await reveal(d, round.task, 0, round.openings[0] as Opening)
  const [honest, guilty] = d.participants
  if (honest === undefined || guilty === undefined) throw new Error('nobody')
  return { ...d, ...round, honest, guilty }
}

describe('LearningRegistry: slashParticipant', () => {
  it('takes the stake of who did not reveal: half of it is the requester’s', async () => {
    const d = await loadFixture(silent)
    await passTo(d.task.revealUntil)
    await expect(d.rounds.connect(d.stranger).slashParticipant(d.task, 1))
      .to.emit(d.rounds, 'ParticipantSlashed')
      .withArgs(d.id, d.guilty.agentId, 1, STAKE)
    expect(await stakeOf(d, d.guilty, d.addresses.rounds)).to.deep.equal({
      staked: STAKED - STAKE,
      locked: 0n,
    })
    expect(await d.vault.claimable(d.requester)).to.equal(STAKE / 2n)
    expect((await d.rounds.participantOf(d.id, 1)).status).to.equal(UpdateStatus.Slashed)
  })

  it('waits for the last second of the phase', async () => {
    const d = await loadFixture(silent)
    await time.setNextBlockTimestamp(BigInt(d.task.revealUntil))
    await expect(d.rounds.slashParticipant(d.task, 1))
      .to.be.revertedWithCustomError(d.rounds, 'TooEarly')
      .withArgs(d.task.revealUntil, d.task.revealUntil)
    await passTo(d.task.revealUntil)
    await d.rounds.slashParticipant(d.task, 1)
  })

  it('spares who revealed, and slashes once', async () => {
    const d = await loadFixture(silent)
    await passTo(d.task.revealUntil)
    const slash = (index: number) => d.rounds.slashParticipant(d.task, index)
    await expect(slash(0)).to.be.revertedWithCustomError(d.rounds, 'NotPending').withArgs(0)
    await slash(1)
    await expect(slash(1)).to.be.revertedWithCustomError(d.rounds, 'NotPending').withArgs(1)
    await expect(slash(5)).to.be.revertedWithCustomError(d.rounds, 'NotPending').withArgs(5)
    await expect(d.rounds.slashParticipant({ ...d.task, nonce: 9n }, 1)).to.be.revertedWithCustomError(
      d.rounds,
      'NotPending',
    )
  })

  it('is possible when the round is settled, and when the stake is asked back', async () => {
    const d = await loadFixture(silent)
    await d.vault.connect(d.guilty.signer).requestUnstake(d.guilty.agentId, d.rounds, STAKED)
    await passTo(d.task.closeAt)
    await d.rounds.settle(d.task)
    await d.rounds.slashParticipant(d.task, 1)
    expect((await stakeOf(d, d.guilty, d.addresses.rounds)).staked).to.equal(STAKED - STAKE)
  })
})
