import { MAX_ARBITRATION, MAX_WINDOW } from '../../protocol/limits.ts'
import { emptyCourt } from './Arbitration/fixture.ts'
import { deploy, expect, loadFixture } from './base.ts'

describe('waiting times', () => {
  it('let stake leave only after every dispute about what was delivered before', async () => {
    const { vault, escrow } = await loadFixture(deploy)
    const longest = (await escrow.MAX_WINDOW()) + (await escrow.MAX_ARBITRATION())
    expect(await vault.unstakeDelay()).to.be.above(longest)
  })

  it('give our arbitrator the time that it may take, the appeal included', async () => {
    const { escrow } = await loadFixture(deploy)
    const { court } = await loadFixture(emptyCourt)
    expect(await court.maxDuration()).to.be.at.most(await escrow.MAX_ARBITRATION())
  })

  it('are what the agents take them for', async () => {
    const { escrow } = await loadFixture(deploy)
    expect(await escrow.MAX_WINDOW()).to.equal(MAX_WINDOW)
    expect(await escrow.MAX_ARBITRATION()).to.equal(MAX_ARBITRATION)
  })
})
