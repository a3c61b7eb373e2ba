import { DAY, ethers, expect, GUARDIAN_TERM, governed, loadFixture, time } from '../MeshGovernor/fixture.ts'

describe('Guardian: constructor', () => {
  it('remembers timelock, keeper and the end of its term', async () => {
    const d = await loadFixture(governed)
    expect(await d.guardian.timelock()).to.equal(await d.timelock.getAddress())
    expect(await d.guardian.keeper()).to.equal(d.keeper.address)
    const deployed = await time.latest()
    expect(Number(await d.guardian.expiresAt())).to.be.within(deployed, deployed + GUARDIAN_TERM)
    expect(await d.guardian.MAX_TERM()).to.equal(365 * DAY)
  })

  it('refuses a term that is over or longer than a year', async () => {
    const d = await loadFixture(governed)
    const factory = await ethers.getContractFactory('Guardian')
    const now = await time.latest()
    for (const expiresAt of [now + 1, now + 1 + 365 * DAY + 1]) {
      await time.setNextBlockTimestamp(now + 1)
      await expect(factory.deploy(d.timelock, d.keeper, expiresAt))
        .to.be.revertedWithCustomError(factory, 'InvalidExpiry')
        .withArgs(expiresAt, now + 1)
    }
  })

  it('takes a term of a second, and of a year', async () => {
    const d = await loadFixture(governed)
    for (const term of [1, 365 * DAY]) {
      const now = await time.latest()
      await time.setNextBlockTimestamp(now + 1)
      await ethers.deployContract('Guardian', [d.timelock, d.keeper, now + 1 + term])
    }
  })
})
