import { ethers, expect, governed, loadFixture, percent, time } from '../MeshGovernor/fixture.ts'

describe('MeshToken: votes', () => {
  it('counts seconds', async () => {
    const d = await loadFixture(governed)
    expect(await d.votes.clock()).to.equal(await time.latest())
    expect(await d.votes.CLOCK_MODE()).to.equal('mode=timestamp')
  })

  it('are those that were delegated, and move with the balance', async () => {
    const d = await loadFixture(governed)
    expect(await d.votes.getVotes(d.deployer)).to.equal(0n)
    await d.votes.connect(d.whale).delegate(d.opponent)
    expect(await d.votes.getVotes(d.opponent)).to.equal(percent(14n))
    await d.votes.connect(d.whale).transfer(d.stranger, percent(2n))
    expect(await d.votes.getVotes(d.opponent)).to.equal(percent(12n))
  })

  it('are known for seconds that are over, and for no others', async () => {
    const d = await loadFixture(governed)
    const before = await time.latest()
    await time.increase(10)
    await d.votes.connect(d.whale).transfer(d.stranger, percent(6n))
    const now = await time.latest()
    expect(await d.votes.getPastVotes(d.whale, before)).to.equal(percent(6n))
    await expect(d.votes.getPastVotes(d.whale, now))
      .to.be.revertedWithCustomError(d.votes, 'ERC5805FutureLookup')
      .withArgs(now, now)
    await time.increase(1)
    expect(await d.votes.getPastVotes(d.whale, now)).to.equal(0n)
  })

  it('can be delegated by signature, once each, on the nonces that permits use too', async () => {
    const d = await loadFixture(governed)
    const { name, version, chainId, verifyingContract } = await d.votes.eip712Domain()
    const domain = { name, version, chainId, verifyingContract }
    const types = {
      Delegation: [
        { name: 'delegatee', type: 'address' },
        { name: 'nonce', type: 'uint256' },
        { name: 'expiry', type: 'uint256' },
      ],
    }
    const expiry = (await time.latest()) + 86_400
    const message = { delegatee: d.stranger.address, nonce: 0n, expiry }
    const { v, r, s } = ethers.Signature.from(await d.whale.signTypedData(domain, types, message))
    const delegate = () => d.votes.delegateBySig(d.stranger, 0n, expiry, v, r, s)
    await delegate()
    expect(await d.votes.getVotes(d.stranger)).to.equal(percent(6n))
    expect(await d.votes.nonces(d.whale)).to.equal(1n)
    await expect(delegate())
      .to.be.revertedWithCustomError(d.votes, 'InvalidAccountNonce')
      .withArgs(d.whale, 1n)
  })
})
