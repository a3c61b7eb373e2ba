import { ethers, expect, governed, loadFixture, percent, SUPPLY, time } from '../MeshGovernor/fixture.ts'

describe('MeshToken: supply', () => {
  it('exists whole from the deployment on', async () => {
    const d = await loadFixture(governed)
    expect(await d.votes.totalSupply()).to.equal(SUPPLY)
    expect(await d.votes.balanceOf(d.deployer)).to.equal(percent(85n))
    expect([await d.votes.name(), await d.votes.symbol(), await d.votes.decimals()]).to.deep.equal([
      'MESH',
      'MESH',
      18n,
    ])
  })

  it('is refused to nobody’s hands and beyond what votes can count', async () => {
    const factory = await ethers.getContractFactory('MeshToken')
    await expect(factory.deploy(ethers.ZeroAddress, 1n))
      .to.be.revertedWithCustomError(factory, 'ERC20InvalidReceiver')
      .withArgs(ethers.ZeroAddress)
    const [holder] = await ethers.getSigners()
    await expect(factory.deploy(holder as never, 2n ** 208n))
      .to.be.revertedWithCustomError(factory, 'ERC20ExceededSafeSupply')
      .withArgs(2n ** 208n, 2n ** 208n - 1n)
  })

  it('shrinks when holders burn, and their votes and the quorum with it', async () => {
    const d = await loadFixture(governed)
    await d.votes.connect(d.whale).burn(percent(2n))
    expect(await d.votes.totalSupply()).to.equal(percent(98n))
    expect(await d.votes.getVotes(d.whale)).to.equal(percent(4n))
    const burnt = await time.latest()
    await time.increase(1)
    expect(await d.governor.quorum(burnt)).to.equal((percent(98n) * 4n) / 100n)
  })

  it('is burned by nobody else without an allowance', async () => {
    const d = await loadFixture(governed)
    await expect(d.votes.connect(d.stranger).burnFrom(d.whale, 1n))
      .to.be.revertedWithCustomError(d.votes, 'ERC20InsufficientAllowance')
      .withArgs(d.stranger, 0n, 1n)
    await d.votes.connect(d.whale).approve(d.stranger, 1n)
    await d.votes.connect(d.stranger).burnFrom(d.whale, 1n)
    expect(await d.votes.totalSupply()).to.equal(SUPPLY - 1n)
  })
})
