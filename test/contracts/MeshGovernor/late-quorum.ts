import {
  call,
  expect,
  type Governed,
  governed,
  loadFixture,
  name,
  proposed,
  State,
  settings,
  time,
  Vote,
} from './fixture.ts'

async function voting() {
  const d = await governed()
  const data = d.directory.interface.encodeFunctionData('registerProtocol', [name('negotiation')])
  const id = await proposed(d, call(await d.directory.getAddress(), data))
  return { ...d, id, deadline: await d.governor.proposalDeadline(id) }
}

const vote = (d: Governed & { id: bigint }, support = Vote.For) =>
  d.governor.connect(d.whale).castVote(d.id, support)

describe('MeshGovernor: late quorum', () => {
  it('leaves the others time to answer a quorum of the last minute', async () => {
    const d = await loadFixture(voting)
    await time.setNextBlockTimestamp(d.deadline)
    const extended = d.deadline + BigInt(settings.voteExtension)
    await expect(vote(d)).to.emit(d.governor, 'ProposalExtended').withArgs(d.id, extended)
    expect(await d.governor.proposalDeadline(d.id)).to.equal(extended)

    await time.increaseTo(extended - 1n)
    expect(await d.governor.state(d.id)).to.equal(State.Active)
    await d.governor.connect(d.opponent).castVote(d.id, Vote.Against)
    await time.increaseTo(extended + 1n)
    expect(await d.governor.state(d.id)).to.equal(State.Defeated)
  })

  it('extends a vote once', async () => {
    const d = await loadFixture(voting)
    await time.setNextBlockTimestamp(d.deadline)
    await vote(d)
    const extended = await d.governor.proposalDeadline(d.id)
    await time.increaseTo(extended - 10n)
    await expect(d.governor.connect(d.opponent).castVote(d.id, Vote.For)).to.not.emit(
      d.governor,
      'ProposalExtended',
    )
    expect(await d.governor.proposalDeadline(d.id)).to.equal(extended)
  })

  it('leaves an early quorum its deadline', async () => {
    const d = await loadFixture(voting)
    await expect(vote(d)).to.not.emit(d.governor, 'ProposalExtended')
    expect(await d.governor.proposalDeadline(d.id)).to.equal(d.deadline)
  })

  it('does not wait for those who are against: they do not count towards the quorum', async () => {
    const d = await loadFixture(voting)
    await time.setNextBlockTimestamp(d.deadline)
    await expect(vote(d, Vote.Against)).to.not.emit(d.governor, 'ProposalExtended')
  })
})
