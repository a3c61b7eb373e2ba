import { ethers, expect, loadFixture } from '../base.ts'
import { OWNER_CAP, PRIOR_WEIGHT, type Rated, rated } from './fixture.ts'

const deployWith = (
  d: Rated,
  tokens: { token: string; unit: bigint }[],
  cap = OWNER_CAP,
  prior = PRIOR_WEIGHT,
) => ethers.deployContract('ReputationRegistry', [d.escrow, tokens, cap, prior])

describe('ReputationRegistry: constructor', () => {
  it('remembers what it was deployed with', async () => {
    const d = await loadFixture(rated)
    expect(await d.reputation.escrow()).to.equal(d.addresses.escrow)
    expect(await d.reputation.getIdentityRegistry()).to.equal(d.addresses.registry)
    expect(await d.reputation.ownerCap()).to.equal(OWNER_CAP)
    expect(await d.reputation.priorWeight()).to.equal(PRIOR_WEIGHT)
    expect(await d.reputation.PRIOR_RATING()).to.equal(5000n)
    expect(await d.reputation.unitOf(d.token)).to.equal(1n)
    expect(await d.reputation.unitOf(d.stranger)).to.equal(0n)
  })

  it('refuses a cap of nothing, and one above the prior, with which one owner would outweigh it', async () => {
    const d = await loadFixture(rated)
    for (const [cap, prior] of [
      [0n, 1n],
      [2n, 1n],
    ] as const) {
      await expect(deployWith(d, [], cap, prior))
        .to.be.revertedWithCustomError(d.reputation, 'InvalidWeights')
        .withArgs(cap, prior)
    }
    await deployWith(d, [], 1n, 1n)
  })

  it('refuses a reference token that is nobody, has no unit or is named twice', async () => {
    const d = await loadFixture(rated)
    const good = { token: d.addresses.token, unit: 1n }
    for (const bad of [{ token: ethers.ZeroAddress, unit: 1n }, { ...good, unit: 0n }, good]) {
      await expect(deployWith(d, [good, bad]))
        .to.be.revertedWithCustomError(d.reputation, 'InvalidReferenceToken')
        .withArgs(bad.token, bad.unit)
    }
  })
})
