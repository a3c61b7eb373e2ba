import { expect, loadFixture } from '../base.ts'
import { addJuror, type Court, emptyCourt, JUROR_BOND, register, stakeFor } from './fixture.ts'

async function staked() {
  const d = await emptyCourt()
  const [owner, other] = d.owners
  if (!owner || !other) throw new Error('too few owners')
  const agentId = await register(d, owner)
  await stakeFor(d, owner, agentId)
  return { ...d, owner, other, agentId }
}

const listOf = async (d: Court) => {
  const places = Number(await d.court.jurorPlaces())
  const entries = await Promise.all(Array.from({ length: places }, (_, place) => d.court.jurorAt(place)))
  return entries.map(({ agentId }) => agentId)
}

describe('Arbitration: enlist', () => {
  it('puts an agent on the list', async () => {
    const d = await loadFixture(staked)
    const response = await d.court.connect(d.owner).enlist(d.agentId)
    await expect(response).to.emit(d.court, 'Enlisted').withArgs(d.agentId, d.owner)
    expect([...(await d.court.jurorAt(0))]).to.deep.equal([
      d.agentId,
      d.owner.address,
      BigInt((await response.wait())?.blockNumber ?? 0),
    ])
  })

  it('is for the owner', async () => {
    const d = await loadFixture(staked)
    await expect(d.court.connect(d.other).enlist(d.agentId))
      .to.be.revertedWithCustomError(d.court, 'NotAgentOwner')
      .withArgs(d.other, d.agentId)
  })

  it('needs a juror’s bond free in the vault', async () => {
    const d = await loadFixture(staked)
    await d.vault.connect(d.owner).requestUnstake(d.agentId, d.court, 1n)
    await expect(d.court.connect(d.owner).enlist(d.agentId))
      .to.be.revertedWithCustomError(d.court, 'InsufficientStake')
      .withArgs(d.agentId, JUROR_BOND - 1n, JUROR_BOND)
  })

  it('does not count stake that was put up for another module', async () => {
    const d = await loadFixture(staked)
    const agentId = await register(d, d.owner)
    await d.token.mint(d.owner, JUROR_BOND)
    await d.token.connect(d.owner).approve(d.vault, JUROR_BOND)
    await d.vault.connect(d.owner).stake(agentId, d.stranger, JUROR_BOND)
    await expect(d.court.connect(d.owner).enlist(agentId))
      .to.be.revertedWithCustomError(d.court, 'InsufficientStake')
      .withArgs(agentId, 0n, JUROR_BOND)
  })

  it('is once', async () => {
    const d = await loadFixture(staked)
    await d.court.connect(d.owner).enlist(d.agentId)
    await expect(d.court.connect(d.owner).enlist(d.agentId))
      .to.be.revertedWithCustomError(d.court, 'AlreadyEnlisted')
      .withArgs(d.agentId)
  })

  it('by a new owner replaces the former one', async () => {
    const d = await loadFixture(staked)
    await d.court.connect(d.owner).enlist(d.agentId)
    await d.registry.connect(d.owner).transferFrom(d.owner, d.other, d.agentId)
    await stakeFor(d, d.other, d.agentId)
    await expect(d.court.connect(d.other).enlist(d.agentId))
      .to.emit(d.court, 'Delisted')
      .withArgs(d.agentId, d.owner)
      .to.emit(d.court, 'Enlisted')
      .withArgs(d.agentId, d.other)
    expect((await d.court.jurorAt(0)).depositor).to.equal(d.other)
    expect(await d.court.jurorPlaces()).to.equal(1n)
  })

  it('fills vacant places before it makes new ones, and moves nobody', async () => {
    const d = await loadFixture(staked)
    await d.court.connect(d.owner).enlist(d.agentId)
    for (const owner of d.owners.slice(1, 4)) await addJuror(d, owner)
    expect(await listOf(d)).to.deep.equal([1n, 2n, 3n, 4n])
    await d.court.connect(d.other).delist(2n)
    await d.court.connect(d.owner).delist(1n)
    expect(await listOf(d)).to.deep.equal([0n, 0n, 3n, 4n])
    for (const owner of d.owners.slice(4, 7)) await addJuror(d, owner)
    expect(await listOf(d)).to.deep.equal([5n, 6n, 3n, 4n, 7n])
  })
})
