import { ethers, expect, loadFixture, time } from '../base.ts'
import { community, type Opening, UpdateStatus } from './fixture.ts'
import { committed, passTo, reveal, stakeOf, UPDATES } from './round.ts'

async function ready() {
  const d = await community()
  const round = await committed(d)
  const [agent] = d.participants
  const [opening] = round.openings
  if (agent === undefined || opening === undefined) throw new Error('nobody')
  return { ...d, ...round, agent, opening }
}

async function revealing() {
  const d = await ready()
  await passTo(d.task.commitUntil)
  return d
}

describe('LearningRegistry: revealUpdate', () => {
  it('records the update and frees the stake', async () => {
    const d = await loadFixture(revealing)
    const { updateRoot, contentId } = d.opening
    await expect(reveal(d, d.task, 0, d.opening))
      .to.emit(d.rounds, 'UpdateRevealed')
      .withArgs(d.id, 0, updateRoot, contentId, true)
    const { status, root } = await d.rounds.participantOf(d.id, 0)
    expect([status, root]).to.deep.equal([UpdateStatus.Revealed, updateRoot])
    expect((await d.rounds.roundOf(d.id)).updates).to.equal(1n)
    expect((await stakeOf(d, d.agent, d.addresses.rounds)).locked).to.equal(0n)
  })

  it('has its own phase, to the second', async () => {
    const d = await loadFixture(ready)
    const { commitUntil, revealUntil } = d.task
    await time.setNextBlockTimestamp(BigInt(commitUntil))
    await expect(reveal(d, d.task, 0, d.opening))
      .to.be.revertedWithCustomError(d.rounds, 'TooEarly')
      .withArgs(commitUntil, commitUntil)
    await passTo(commitUntil)
    await reveal(d, d.task, 0, d.opening)
    await time.setNextBlockTimestamp(BigInt(revealUntil))
    await reveal(d, d.task, 1, d.openings[1] as Opening)
    await expect(reveal(d, d.task, 2, d.openings[2] as Opening))
      .to.be.revertedWithCustomError(d.rounds, 'TooLate')
      .withArgs(revealUntil, BigInt(revealUntil) + 1n)
  })

  it('opens a commitment once', async () => {
    const d = await loadFixture(revealing)
    await reveal(d, d.task, 0, d.opening)
    await expect(reveal(d, d.task, 0, d.opening))
      .to.be.revertedWithCustomError(d.rounds, 'NotPending')
      .withArgs(0)
  })

  it('knows no participant that never committed', async () => {
    const d = await loadFixture(revealing)
    await expect(reveal(d, d.task, 5, d.opening))
      .to.be.revertedWithCustomError(d.rounds, 'NotPending')
      .withArgs(5)
  })

  it('needs an open task', async () => {
    const d = await loadFixture(revealing)
    const other = { ...d.task, nonce: 99n }
    await expect(reveal(d, other, 0, d.opening)).to.be.revertedWithCustomError(d.rounds, 'UnexpectedStatus')
  })

  for (const field of ['updateRoot', 'contentId', 'salt'] as const) {
    it(`binds the ${field}`, async () => {
      const d = await loadFixture(revealing)
      const forged = { ...d.opening, [field]: ethers.id('another') }
      await expect(reveal(d, d.task, 0, forged)).to.be.revertedWithCustomError(d.rounds, 'CommitmentMismatch')
    })
  }

  it('makes the earlier commitment the original, also when it is revealed later', async () => {
    const d = await community()
    const [first, second] = UPDATES
    if (first === undefined || second === undefined) throw new Error('no update')
    const { task, id, openings } = await committed(d, {}, [second, first, first, first])
    await passTo(task.commitUntil)
    const updates = async () => (await d.rounds.roundOf(id)).updates
    const steps: [index: number, original: boolean, mask: bigint][] = [
      [2, true, 0b0100n],
      [3, false, 0b0100n],
      [1, true, 0b0010n],
      [0, true, 0b0011n],
    ]
    for (const [index, original, mask] of steps) {
      const opening = openings[index] as Opening
      await expect(reveal(d, task, index, opening))
        .to.emit(d.rounds, 'UpdateRevealed')
        .withArgs(id, index, opening.updateRoot, opening.contentId, original)
      expect(await updates()).to.equal(mask)
    }
  })
})
