import {
  call,
  DAY,
  decide,
  ethers,
  execute,
  expect,
  governed,
  loadFixture,
  queued,
  time,
} from '../MeshGovernor/fixture.ts'

const MIN = 2 * DAY
const MAX = 7 * DAY

describe('MeshTimelock: delay', () => {
  it('is deployed within its bounds', async () => {
    const factory = await ethers.getContractFactory('MeshTimelock')
    for (const delay of [MIN, MAX]) await factory.deploy(delay, ethers.ZeroAddress)
    for (const delay of [MIN - 1, MAX + 1]) {
      await expect(factory.deploy(delay, ethers.ZeroAddress))
        .to.be.revertedWithCustomError(factory, 'DelayOutOfBounds')
        .withArgs(delay, MIN, MAX)
    }
  })

  it('changes by a vote', async () => {
    const d = await loadFixture(governed)
    const data = d.timelock.interface.encodeFunctionData('updateDelay', [MAX])
    await decide(d, call(await d.timelock.getAddress(), data))
    expect(await d.timelock.getMinDelay()).to.equal(MAX)
  })

  it('stays within its bounds, whatever was voted', async () => {
    const d = await loadFixture(governed)
    for (const delay of [0, MIN - 1, MAX + 1]) {
      const data = d.timelock.interface.encodeFunctionData('updateDelay', [delay])
      const proposal = call(await d.timelock.getAddress(), data)
      const id = await queued(d, proposal)
      await time.increaseTo(await d.governor.proposalEta(id))
      await expect(execute(d, proposal))
        .to.be.revertedWithCustomError(d.timelock, 'DelayOutOfBounds')
        .withArgs(delay, MIN, MAX)
    }
  })

  it('changes by nobody’s hand', async () => {
    const d = await loadFixture(governed)
    await expect(d.timelock.updateDelay(MAX))
      .to.be.revertedWithCustomError(d.timelock, 'TimelockUnauthorizedCaller')
      .withArgs(d.deployer)
  })
})
