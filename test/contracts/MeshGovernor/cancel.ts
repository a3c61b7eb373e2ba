import {
  call,
  cancel,
  expect,
  governed,
  idOf,
  loadFixture,
  name,
  openVote,
  propose,
  State,
} from './fixture.ts'

async function pending() {
  const d = await governed()
  const data = d.directory.interface.encodeFunctionData('registerProtocol', [name('negotiation')])
  const proposal = call(await d.directory.getAddress(), data)
  await propose(d, proposal)
  return { ...d, proposal, id: await idOf(d, proposal) }
}

describe('MeshGovernor: cancel', () => {
  it('lets the proposer withdraw before votes are cast', async () => {
    const d = await loadFixture(pending)
    await cancel(d, d.proposal, d.proposer)
    expect(await d.governor.state(d.id)).to.equal(State.Canceled)
  })

  it('lets nobody withdraw what is being voted on, not even its proposer', async () => {
    const d = await loadFixture(pending)
    await openVote(d, d.id)
    await expect(cancel(d, d.proposal, d.proposer))
      .to.be.revertedWithCustomError(d.governor, 'GovernorUnableToCancel')
      .withArgs(d.id, d.proposer)
  })

  it('is the proposer’s alone: neither the keeper nor others can', async () => {
    const d = await loadFixture(pending)
    for (const other of [d.keeper, d.whale, d.deployer] as const) {
      await expect(cancel(d, d.proposal, other as typeof d.deployer))
        .to.be.revertedWithCustomError(d.governor, 'GovernorUnableToCancel')
        .withArgs(d.id, other)
    }
  })
})
