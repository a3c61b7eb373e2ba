import {
  call,
  ethers,
  execute,
  expect,
  governed,
  loadFixture,
  name,
  operationOf,
  proposed,
  queued,
  State,
  time,
} from '../MeshGovernor/fixture.ts'

async function waiting() {
  const d = await governed()
  const data = d.directory.interface.encodeFunctionData('registerProtocol', [name('negotiation')])
  const proposal = call(await d.directory.getAddress(), data)
  const id = await queued(d, proposal)
  return { ...d, proposal, id, operation: await operationOf(d, proposal) }
}

describe('Guardian: cancel', () => {
  it('stops what was decided and waits, also when it is due', async () => {
    const d = await loadFixture(waiting)
    await time.increaseTo(await d.governor.proposalEta(d.id))
    await expect(d.guardian.connect(d.keeper).cancel(d.operation))
      .to.emit(d.guardian, 'OperationCancelled')
      .withArgs(d.operation)
      .and.to.emit(d.timelock, 'Cancelled')
      .withArgs(d.operation)
    expect(await d.governor.state(d.id)).to.equal(State.Canceled)
    await expect(execute(d, d.proposal)).to.be.revertedWithCustomError(
      d.governor,
      'GovernorUnexpectedProposalState',
    )
  })

  it('is the keeper’s alone', async () => {
    const d = await loadFixture(waiting)
    for (const other of [d.deployer, d.proposer, d.stranger] as const) {
      await expect(d.guardian.connect(other as typeof d.deployer).cancel(d.operation))
        .to.be.revertedWithCustomError(d.guardian, 'NotKeeper')
        .withArgs(other)
    }
  })

  it('ends with its term, to the second', async () => {
    const d = await loadFixture(waiting)
    const expiresAt = await d.guardian.expiresAt()
    await time.setNextBlockTimestamp(expiresAt)
    await expect(d.guardian.connect(d.keeper).cancel(d.operation))
      .to.be.revertedWithCustomError(d.guardian, 'GuardianExpired')
      .withArgs(expiresAt, expiresAt)
    await execute(d, d.proposal)
    expect(await d.governor.state(d.id)).to.equal(State.Executed)
  })

  it('works in the last second of its term', async () => {
    const d = await loadFixture(waiting)
    await time.setNextBlockTimestamp((await d.guardian.expiresAt()) - 1n)
    await d.guardian.connect(d.keeper).cancel(d.operation)
    expect(await d.governor.state(d.id)).to.equal(State.Canceled)
  })

  it('reaches nothing that is not in the timelock: no vote, and nothing executed', async () => {
    const d = await loadFixture(waiting)
    const other = { ...d.proposal, description: 'still voted on' }
    await proposed(d, other)
    const unexpected = 'TimelockUnexpectedOperationState'
    await expect(
      d.guardian.connect(d.keeper).cancel(await operationOf(d, other)),
    ).to.be.revertedWithCustomError(d.timelock, unexpected)
    await time.increaseTo(await d.governor.proposalEta(d.id))
    await execute(d, d.proposal)
    await expect(d.guardian.connect(d.keeper).cancel(d.operation)).to.be.revertedWithCustomError(
      d.timelock,
      unexpected,
    )
  })

  it('is all that the guardian can do: it has no other function that changes anything', async () => {
    const d = await loadFixture(waiting)
    const changing = d.guardian.interface.fragments.filter(
      (fragment) => fragment.type === 'function' && 'constant' in fragment && !fragment.constant,
    )
    expect(changing.map((fragment) => fragment.format())).to.deep.equal(['cancel(bytes32)'])
    const [proposers, admin] = await Promise.all([
      d.timelock.PROPOSER_ROLE(),
      d.timelock.DEFAULT_ADMIN_ROLE(),
    ])
    expect(await d.timelock.hasRole(proposers, d.guardian)).to.equal(false)
    expect(await d.timelock.hasRole(admin, d.guardian)).to.equal(false)
    expect(await d.directory.governance()).to.not.equal(await d.guardian.getAddress())
    const hash = ethers.ZeroHash
    await expect(
      d.timelock.connect(d.keeper).schedule(d.directory, 0, '0x', hash, hash, 0),
    ).to.be.revertedWithCustomError(d.timelock, 'AccessControlUnauthorizedAccount')
    await expect(d.timelock.connect(d.keeper).cancel(d.operation)).to.be.revertedWithCustomError(
      d.timelock,
      'AccessControlUnauthorizedAccount',
    )
  })
})
