import { expect, loadFixture, time } from '../base.ts'
import { bind, community, EVALUATOR_STAKE, newAgent } from '../LearningRegistry/fixture.ts'
import { committed, openTask, stakeOf } from '../LearningRegistry/round.ts'

async function opened() {
  const d = await community()
  const [agent, other] = d.evaluators
  if (agent === undefined || other === undefined) throw new Error('nobody')
  return { ...d, ...(await openTask(d)), agent, other }
}

describe('LearningPanel: enlist', () => {
  it('records who offers to evaluate and locks the stake', async () => {
    const d = await loadFixture(opened)
    const { signer, agentId } = d.agent
    await expect(d.panel.connect(signer).enlist(d.task))
      .to.emit(d.panel, 'Enlisted')
      .withArgs(d.id, agentId, 0, signer, signer)
    await d.panel.connect(d.other.signer).enlist(d.task)
    expect([...(await d.panel.lotOf(d.id, 0))]).to.deep.equal([
      signer.address,
      agentId,
      false,
      signer.address,
    ])
    expect(await d.panel.entryOf(d.id, d.other.agentId)).to.equal(2n)
    expect(await d.panel.hasEnlisted(d.id, signer)).to.equal(true)
    expect((await d.panel.panelOf(d.id)).lots).to.equal(2n)
    expect((await stakeOf(d, d.agent, d.addresses.panel)).locked).to.equal(EVALUATOR_STAKE)
  })

  it('goes up to the last second of revealing', async () => {
    const d = await loadFixture(opened)
    await time.setNextBlockTimestamp(BigInt(d.task.revealUntil))
    await d.panel.connect(d.agent.signer).enlist(d.task)
    await expect(d.panel.connect(d.other.signer).enlist(d.task)).to.be.revertedWithCustomError(
      d.panel,
      'TooLate',
    )
  })

  it('needs an open task, an agent, and its stake for the panel', async () => {
    const d = await loadFixture(opened)
    const calls = d.panel.connect(d.agent.signer)
    await expect(calls.enlist({ ...d.task, nonce: 9n })).to.be.revertedWithCustomError(
      d.panel,
      'UnexpectedStatus',
    )
    await expect(d.panel.connect(d.stranger).enlist(d.task)).to.be.revertedWithCustomError(
      d.panel,
      'NotBound',
    )
    const { task } = await openTask(d, { evaluatorStake: 10n ** 12n })
    await expect(calls.enlist(task)).to.be.revertedWithCustomError(d.vault, 'InsufficientStake')
  })

  it('takes one lot per agent', async () => {
    const d = await loadFixture(opened)
    await d.panel.connect(d.agent.signer).enlist(d.task)
    await expect(d.panel.connect(d.agent.signer).enlist(d.task))
      .to.be.revertedWithCustomError(d.panel, 'AlreadyEntered')
      .withArgs(d.agent.agentId)
  })

  it('refuses participants’ owners and the requester', async () => {
    const d = await loadFixture(community)
    const { task } = await committed(d)
    for (const { signer } of [...d.participants, d.requesting]) {
      await expect(d.panel.connect(signer).enlist(task))
        .to.be.revertedWithCustomError(d.panel, 'ConflictOfInterest')
        .withArgs(signer)
    }
  })

  it('refuses other agents of the owner that the requester speaks for', async () => {
    const d = await loadFixture(opened)
    const [owner, key] = d.others.slice(-2)
    if (owner === undefined || key === undefined) throw new Error('too few accounts')
    const first = await newAgent(d, owner)
    const second = await newAgent(d, key)
    await d.registry.connect(key).transferFrom(key, owner, second.agentId)
    // The requester's key speaks for the owner's first agent, another key for its second.
    await d.registry.connect(d.requester).unsetAgentWallet(d.requesting.agentId)
    await bind(d, first, d.requester)
    await bind(d, { signer: owner, agentId: second.agentId }, key)
    await expect(d.panel.connect(key).enlist(d.task))
      .to.be.revertedWithCustomError(d.panel, 'ConflictOfInterest')
      .withArgs(owner)
  })
})
