import {
  call,
  expect,
  governed,
  idOf,
  loadFixture,
  name,
  percent,
  propose,
  State,
  settings,
  time,
} from './fixture.ts'

const anything = async (d: Awaited<ReturnType<typeof governed>>) =>
  call(
    await d.directory.getAddress(),
    d.directory.interface.encodeFunctionData('registerProtocol', [name('negotiation')]),
  )

describe('MeshGovernor: propose', () => {
  it('is open to whoever had the threshold a second ago', async () => {
    const d = await loadFixture(governed)
    const proposal = await anything(d)
    await expect(propose(d, proposal)).to.emit(d.governor, 'ProposalCreated')
    const id = await idOf(d, proposal)
    expect(await d.governor.state(id)).to.equal(State.Pending)
    const now = await time.latest()
    expect(await d.governor.proposalSnapshot(id)).to.equal(now + settings.votingDelay)
    expect(await d.governor.proposalDeadline(id)).to.equal(now + settings.votingDelay + settings.votingPeriod)
  })

  it('is refused below the threshold', async () => {
    const d = await loadFixture(governed)
    await d.votes.connect(d.proposer).transfer(d.stranger, percent(1n) / 2n + 1n)
    const proposal = await anything(d)
    await expect(propose(d, proposal))
      .to.be.revertedWithCustomError(d.governor, 'GovernorInsufficientProposerVotes')
      .withArgs(d.proposer, percent(1n) / 2n - 1n, settings.proposalThreshold)
  })

  it('counts no votes that were never delegated', async () => {
    const d = await loadFixture(governed)
    await d.votes.transfer(d.stranger, percent(10n))
    await expect(propose(d, await anything(d), d.stranger))
      .to.be.revertedWithCustomError(d.governor, 'GovernorInsufficientProposerVotes')
      .withArgs(d.stranger, 0n, settings.proposalThreshold)
  })

  it('is for those whom the description names, if it does', async () => {
    const d = await loadFixture(governed)
    const description = `mine #proposer=${d.whale.address}`
    const proposal = { ...(await anything(d)), description }
    await expect(propose(d, proposal))
      .to.be.revertedWithCustomError(d.governor, 'GovernorRestrictedProposer')
      .withArgs(d.proposer)
    await propose(d, proposal, d.whale)
  })

  it('takes the same proposal once', async () => {
    const d = await loadFixture(governed)
    const proposal = await anything(d)
    await propose(d, proposal)
    await expect(propose(d, proposal)).to.be.revertedWithCustomError(
      d.governor,
      'GovernorUnexpectedProposalState',
    )
  })
})
