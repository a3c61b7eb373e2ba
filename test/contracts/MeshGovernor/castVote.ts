import {
  call,
  closeVote,
  ethers,
  expect,
  type Governed,
  governed,
  idOf,
  loadFixture,
  name,
  percent,
  propose,
  proposed,
  State,
  time,
  Vote,
} from './fixture.ts'

const proposal = async (d: Governed) =>
  call(
    await d.directory.getAddress(),
    d.directory.interface.encodeFunctionData('registerProtocol', [name('negotiation')]),
  )

/** A contract that may borrow the tenth of the supply that the deployer has left. */
async function flashVoter(d: Governed) {
  const flash = await ethers.deployContract('FlashVoter')
  await d.votes.approve(flash, ethers.MaxUint256)
  return flash
}

describe('MeshGovernor: castVote', () => {
  it('counts votes as they were at the snapshot', async () => {
    const d = await loadFixture(governed)
    const id = await proposed(d, await proposal(d))
    await d.votes.connect(d.whale).transfer(d.stranger, percent(6n))
    await expect(d.governor.connect(d.whale).castVote(id, Vote.For))
      .to.emit(d.governor, 'VoteCast')
      .withArgs(d.whale, id, Vote.For, percent(6n), '')
    await d.governor.connect(d.proposer).castVote(id, Vote.Abstain)
    await d.governor.connect(d.opponent).castVote(id, Vote.Against)
    expect([...(await d.governor.proposalVotes(id))]).to.deep.equal([percent(8n), percent(6n), percent(1n)])
  })

  it('gives nothing to votes that were bought after the snapshot', async () => {
    const d = await loadFixture(governed)
    const id = await proposed(d, await proposal(d))
    await d.votes.transfer(d.stranger, percent(50n))
    await d.votes.connect(d.stranger).delegate(d.stranger)
    await time.increase(60)
    await d.governor.connect(d.stranger).castVote(id, Vote.For)
    expect([...(await d.governor.proposalVotes(id))]).to.deep.equal([0n, 0n, 0n])
  })

  it('gives nothing to votes that were lent for one transaction while votes are cast', async () => {
    const d = await loadFixture(governed)
    const flash = await flashVoter(d)
    const id = await proposed(d, await proposal(d))
    await flash.vote(d.votes, d.deployer, percent(50n), d.governor, id)
    expect([...(await d.governor.proposalVotes(id))]).to.deep.equal([0n, 0n, 0n])
  })

  it('gives nothing to votes that were lent in the very second of the snapshot', async () => {
    const d = await loadFixture(governed)
    const flash = await flashVoter(d)
    const p = await proposal(d)
    await propose(d, p)
    const id = await idOf(d, p)
    const snapshot = await d.governor.proposalSnapshot(id)
    await time.setNextBlockTimestamp(snapshot)
    await flash.hold(d.votes, d.deployer, percent(50n))
    expect(await time.latest()).to.equal(snapshot)
    await time.increase(1)
    expect(await d.governor.getVotes(flash, snapshot)).to.equal(0n)
  })

  it('lets nobody propose with votes that were lent for one transaction', async () => {
    const d = await loadFixture(governed)
    const flash = await flashVoter(d)
    const { targets, calldatas } = await proposal(d)
    await expect(
      flash.propose(d.votes, d.deployer, percent(50n), d.governor, targets, calldatas),
    ).to.be.revertedWithCustomError(d.governor, 'GovernorInsufficientProposerVotes')
  })

  it('is possible neither before the snapshot nor after the deadline', async () => {
    const d = await loadFixture(governed)
    const p = await proposal(d)
    await propose(d, p)
    const id = await idOf(d, p)
    const vote = () => d.governor.connect(d.whale).castVote(id, Vote.For)
    await time.setNextBlockTimestamp(await d.governor.proposalSnapshot(id))
    await expect(vote()).to.be.revertedWithCustomError(d.governor, 'GovernorUnexpectedProposalState')
    await closeVote(d, id)
    await expect(vote()).to.be.revertedWithCustomError(d.governor, 'GovernorUnexpectedProposalState')
    expect(await d.governor.state(id)).to.equal(State.Defeated)
  })

  it('counts each voter once', async () => {
    const d = await loadFixture(governed)
    const id = await proposed(d, await proposal(d))
    const vote = () => d.governor.connect(d.whale).castVote(id, Vote.For)
    await vote()
    await expect(vote())
      .to.be.revertedWithCustomError(d.governor, 'GovernorAlreadyCastVote')
      .withArgs(d.whale)
  })

  it('defeats what falls short of the quorum, however clear', async () => {
    const d = await loadFixture(governed)
    const id = await proposed(d, await proposal(d))
    await d.governor.connect(d.proposer).castVote(id, Vote.For)
    await closeVote(d, id)
    expect(await d.governor.state(id)).to.equal(State.Defeated)
  })

  it('defeats what more are against', async () => {
    const d = await loadFixture(governed)
    const id = await proposed(d, await proposal(d))
    await d.governor.connect(d.whale).castVote(id, Vote.For)
    await d.governor.connect(d.opponent).castVote(id, Vote.Against)
    await closeVote(d, id)
    expect(await d.governor.state(id)).to.equal(State.Defeated)
  })

  it('takes votes by signature, so that a voter needs no gas', async () => {
    const d = await loadFixture(governed)
    const id = await proposed(d, await proposal(d))
    const { name: domain, version, chainId, verifyingContract } = await d.governor.eip712Domain()
    const types = {
      Ballot: [
        { name: 'proposalId', type: 'uint256' },
        { name: 'support', type: 'uint8' },
        { name: 'voter', type: 'address' },
        { name: 'nonce', type: 'uint256' },
      ],
    }
    const ballot = { proposalId: id, support: Vote.For, voter: d.whale.address, nonce: 0n }
    const signature = await d.whale.signTypedData(
      { name: domain, version, chainId, verifyingContract },
      types,
      ballot,
    )
    await d.governor.connect(d.stranger).castVoteBySig(id, Vote.For, d.whale, signature)
    expect((await d.governor.proposalVotes(id)).forVotes).to.equal(percent(6n))
  })
})
