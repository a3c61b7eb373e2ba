import { expect, loadFixture, time } from '../base.ts'
import type { Opening } from '../LearningRegistry/fixture.ts'
import { bind, community, newAgent } from '../LearningRegistry/fixture.ts'
import { committed, draw, openTask, passTo, reveal, revealed } from '../LearningRegistry/round.ts'

async function drawn() {
  const d = await community()
  const round = await revealed(d)
  const seated = await draw(d, round.task)
  return { ...d, ...round, seated }
}

describe('LearningPanel: attest', () => {
  it('records what an evaluator holds, and lets it say so again', async () => {
    const d = await loadFixture(drawn)
    const calls = d.panel.connect(d.seated[1]?.signer)
    await expect(calls.attest(d.task, 1, 0b101n))
      .to.emit(d.panel, 'Attested')
      .withArgs(d.id, 1, 0b101n)
    await calls.attest(d.task, 1, 0b111n)
    const { available, attested } = await d.panel.seatOf(d.id, 1)
    expect([available, attested]).to.deep.equal([0b111n, true])
  })

  it('is for the evaluator on the seat, or its owner', async () => {
    const d = await loadFixture(drawn)
    for (const caller of [d.stranger, d.seated[0]?.signer]) {
      await expect(d.panel.connect(caller).attest(d.task, 1, 1n))
        .to.be.revertedWithCustomError(d.panel, 'NotEvaluator')
        .withArgs(caller, 1)
    }
    await expect(d.panel.connect(d.seated[0]?.signer).attest(d.task, 3, 1n))
      .to.be.revertedWithCustomError(d.panel, 'NotFound')
      .withArgs(3)
  })

  it('lets the owner step in for its agent', async () => {
    const d = await loadFixture(community)
    const [owner, key] = d.others.slice(-2)
    if (owner === undefined || key === undefined) throw new Error('too few accounts')
    const agent = await newAgent(d, owner)
    await bind(d, agent, key)
    const { task, id } = await openTask(d, { panel: 1n })
    await d.panel.connect(key).enlist(task)
    await d.rounds.connect(d.participants[0]?.signer).commitUpdate(task, `0x${'00'.repeat(32)}`)
    // Only a round with an update draws.
    await expect(d.panel.connect(owner).attest(task, 0, 1n)).to.be.revertedWithCustomError(
      d.panel,
      'TooEarly',
    )
    const second = await committed({ ...d, evaluators: [] }, { panel: 1n, nonce: 7n })
    await d.panel.connect(key).enlist(second.task)
    await passTo(second.task.commitUntil)
    await reveal(d, second.task, 0, second.openings[0] as Opening)
    await passTo(second.task.revealUntil)
    await d.panel.drawPanel(second.task)
    await d.panel.drawPanel(second.task)
    await d.panel.connect(owner).attest(second.task, 0, 1n)
    await d.panel.connect(key).attest(second.task, 0, 1n)
    expect(id).to.not.equal(second.id)
  })

  it('has its own phase, to the second', async () => {
    const d = await loadFixture(drawn)
    const calls = d.panel.connect(d.seated[0]?.signer)
    await time.setNextBlockTimestamp(BigInt(d.task.attestUntil))
    await calls.attest(d.task, 0, 1n)
    await expect(calls.attest(d.task, 0, 1n)).to.be.revertedWithCustomError(d.panel, 'TooLate')
    await expect(calls.attest({ ...d.task, nonce: 9n }, 0, 1n)).to.be.revertedWithCustomError(
      d.panel,
      'UnexpectedStatus',
    )
  })

  it('counts updates by more than half of those who attest, if more than half of the panel does', async () => {
    const d = await loadFixture(drawn)
    const attest = (seat: number, mask: bigint) =>
      d.panel.connect(d.seated[seat]?.signer).attest(d.task, seat, mask)
    const counted = () => d.panel.countedOf(d.id)
    expect(await counted()).to.equal(0b11111n)
    await attest(0, 0b00011n)
    expect(await counted()).to.equal(0b11111n)
    await attest(1, 0b00110n)
    expect(await counted()).to.equal(0b00010n)
    await attest(2, 2n ** 64n - 2n)
    expect(await counted()).to.equal(0b00110n)
    for (const seat of [0, 1, 2]) await attest(seat, 2n ** 64n - 32n)
    expect(await counted()).to.equal(0b11111n)
  })
})
