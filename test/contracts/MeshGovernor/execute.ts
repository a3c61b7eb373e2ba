import {
  call,
  carried,
  decide,
  ethers,
  execute,
  expect,
  type Governed,
  governed,
  loadFixture,
  name,
  operationOf,
  proposed,
  queue,
  queued,
  State,
  TIMELOCK_DELAY,
  time,
} from './fixture.ts'

/** A vote on the ledger's successor; any contract will do for one. */
async function successor() {
  const d = await governed()
  const next = await ethers.deployContract('TestDollar')
  const data = d.directory.interface.encodeFunctionData('registerContract', [
    name('IntentEscrow'),
    await next.getAddress(),
  ])
  return { ...d, next, proposal: call(await d.directory.getAddress(), data) }
}

describe('MeshGovernor: queue and execute', () => {
  it('registers an escrow’s successor: proposed, voted, queued, executed', async () => {
    const d = await loadFixture(successor)
    const id = await carried(d, d.proposal)
    expect(await d.governor.state(id)).to.equal(State.Succeeded)
    await expect(queue(d, d.proposal)).to.emit(d.governor, 'ProposalQueued')
    expect(await d.governor.state(id)).to.equal(State.Queued)
    const eta = await d.governor.proposalEta(id)
    expect(eta).to.equal((await time.latest()) + TIMELOCK_DELAY)
    await time.setNextBlockTimestamp(eta)
    await expect(execute(d, d.proposal))
      .to.emit(d.directory, 'ContractRegistered')
      .withArgs(name('IntentEscrow'), 2n, d.next)
    expect(await d.governor.state(id)).to.equal(State.Executed)
    expect([...(await d.directory.currentContract(name('IntentEscrow')))]).to.deep.equal([
      await d.next.getAddress(),
      2n,
    ])
    expect((await d.directory.contractVersion(name('IntentEscrow'), 1)).location).to.equal(d.addresses.escrow)
  })

  it('waits out the whole delay of the timelock', async () => {
    const d = await loadFixture(successor)
    const id = await queued(d, d.proposal)
    await time.setNextBlockTimestamp((await d.governor.proposalEta(id)) - 1n)
    await expect(execute(d, d.proposal)).to.be.revertedWithCustomError(
      d.timelock,
      'TimelockUnexpectedOperationState',
    )
  })

  it('queues nothing that has not been carried', async () => {
    const d = await loadFixture(successor)
    await proposed(d, d.proposal)
    await expect(queue(d, d.proposal)).to.be.revertedWithCustomError(
      d.governor,
      'GovernorUnexpectedProposalState',
    )
  })

  it('executes nothing that was not queued, and nothing twice', async () => {
    const d = await loadFixture(successor)
    await carried(d, d.proposal)
    await expect(execute(d, d.proposal)).to.be.revertedWithCustomError(
      d.governor,
      'GovernorUnexpectedProposalState',
    )
    const again = { ...d.proposal, description: 'again' }
    await decide(d, { ...again, description: 'once' })
    await expect(execute(d, { ...again, description: 'once' })).to.be.revertedWithCustomError(
      d.governor,
      'GovernorUnexpectedProposalState',
    )
  })

  it('cannot be held up: anybody executes, also at the timelock itself', async () => {
    const d = await loadFixture(successor)
    const id = await queued(d, d.proposal)
    await time.increaseTo(await d.governor.proposalEta(id))
    const { targets, values, calldatas, description } = d.proposal
    const salt = ethers.toBeHex(
      (BigInt(await d.governor.getAddress()) << 96n) ^ BigInt(ethers.id(description)),
      32,
    )
    await d.timelock.connect(d.stranger).executeBatch(targets, values, calldatas, ethers.ZeroHash, salt)
    expect(await d.governor.state(id)).to.equal(State.Executed)
    expect(await d.timelock.isOperationDone(await operationOf(d, d.proposal))).to.equal(true)
  })

  const roles = ['PROPOSER_ROLE', 'CANCELLER_ROLE', 'DEFAULT_ADMIN_ROLE'] as const
  it('cannot be passed by: the timelock takes orders from nobody else', async () => {
    const d = await loadFixture(successor)
    const { targets, values, calldatas } = d.proposal
    const outsiders = [d.deployer, d.stranger, d.keeper, d.whale] as (typeof d.deployer)[]
    const unauthorised = 'AccessControlUnauthorizedAccount'
    for (const outsider of outsiders) {
      const timelock = d.timelock.connect(outsider)
      const batch = timelock.scheduleBatch(
        targets,
        values,
        calldatas,
        ethers.ZeroHash,
        ethers.ZeroHash,
        TIMELOCK_DELAY,
      )
      await expect(batch).to.be.revertedWithCustomError(d.timelock, unauthorised)
      const single = timelock.schedule(
        targets[0] as string,
        0,
        calldatas[0] as string,
        ethers.ZeroHash,
        ethers.ZeroHash,
        TIMELOCK_DELAY,
      )
      await expect(single).to.be.revertedWithCustomError(d.timelock, unauthorised)
      await expect(timelock.cancel(ethers.ZeroHash)).to.be.revertedWithCustomError(d.timelock, unauthorised)
      for (const role of roles) {
        const grant = timelock.grantRole(await d.timelock[role](), outsider)
        await expect(grant).to.be.revertedWithCustomError(d.timelock, unauthorised)
      }
    }
  })

  it('takes no ether that nobody could spend', async () => {
    const d = await loadFixture(successor as () => Promise<Governed>)
    await expect(d.stranger.sendTransaction({ to: d.governor, value: 1n })).to.be.revertedWithCustomError(
      d.governor,
      'GovernorDisabledDeposit',
    )
  })
})
