import { ethers, expect, governed, loadFixture } from '../MeshGovernor/fixture.ts'

describe('MeshDirectory: waiting times', () => {
  it('leave a vote time to decide on an accusation, even at the longest settings', async () => {
    const { governor, timelock, directory } = await loadFixture(governed)
    const longest =
      (await governor.MAX_VOTING_DELAY()) +
      (await governor.MAX_VOTING_PERIOD()) +
      (await governor.MAX_VOTING_PERIOD()) + // A late quorum extends by the voting period at most.
      (await timelock.MAX_DELAY())
    expect(await directory.DECISION_PERIOD()).to.be.greaterThan(longest)
  })

  it('leave the accused time to answer after the ban by silence, and end that ban later still', async () => {
    const { directory } = await loadFixture(governed)
    expect(await directory.OBJECTION_PERIOD()).to.be.greaterThan(await directory.SILENCE_PERIOD())
    const lapses = (await directory.SILENCE_PERIOD()) + (await directory.BAN_TERM())
    expect(lapses).to.be.greaterThan(await directory.OBJECTION_PERIOD())
  })

  it('leave nodes longer to leave a version than governance needs to replace one', async () => {
    const { governor, timelock, directory } = await loadFixture(governed)
    const shortest =
      (await governor.MIN_VOTING_DELAY()) +
      (await governor.MIN_VOTING_PERIOD()) +
      (await timelock.MIN_DELAY())
    expect(await directory.SUNSET_NOTICE()).to.be.greaterThan(shortest)
  })
})

describe('contract sizes', () => {
  it('stay below the limit of the chain', async () => {
    const d = await loadFixture(governed)
    for (const contract of [d.governor, d.directory, d.timelock, d.votes, d.guardian]) {
      const code = await ethers.provider.getCode(await contract.getAddress())
      expect((code.length - 2) / 2).to.be.at.most(24_576)
    }
  })
})
