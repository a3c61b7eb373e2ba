import {
  accused,
  BOND,
  contested,
  directed,
  EVIDENCE,
  ethers,
  expect,
  loadFixture,
  name,
  outsiders,
  URI,
} from './fixture.ts'

describe('MeshDirectory: setAccusationBond', () => {
  it('is for accusations to come', async () => {
    const d = await loadFixture(accused)
    await expect(d.asGovernance.setAccusationBond(2n * BOND))
      .to.emit(d.directory, 'AccusationBondSet')
      .withArgs(2n * BOND)
    await d.asGovernance.ban(d.agentId, EVIDENCE, URI)
    expect(await d.directory.claimable(d.accuser)).to.equal(BOND)
    await d.directory.connect(d.accuser).accuse(d.agentId, EVIDENCE, URI)
    expect((await d.directory.caseOf(d.agentId)).bond).to.equal(2n * BOND)
  })

  it('goes from a tenth to ten times the first', async () => {
    const d = await loadFixture(directed)
    const [min, max] = [BOND / 10n, BOND * 10n]
    expect([...(await d.directory.bondBounds())]).to.deep.equal([min, max])
    await d.asGovernance.setAccusationBond(min)
    await d.asGovernance.setAccusationBond(max)
    for (const bond of [0n, min - 1n, max + 1n]) {
      await expect(d.asGovernance.setAccusationBond(bond))
        .to.be.revertedWithCustomError(d.directory, 'OutOfBounds')
        .withArgs(name('accusationBond'), bond, min, max)
    }
  })

  it('is governance’s alone', async () => {
    const d = await loadFixture(directed)
    for (const outsider of outsiders(d)) {
      await expect(d.directory.connect(outsider).setAccusationBond(BOND))
        .to.be.revertedWithCustomError(d.directory, 'NotGovernance')
        .withArgs(outsider)
    }
  })
})

describe('MeshDirectory: claimBonds', () => {
  it('pays out once, wherever the account likes', async () => {
    const d = await loadFixture(contested)
    await d.asGovernance.ban(d.agentId, EVIDENCE, URI)
    const claim = () => d.directory.connect(d.accuser).claimBonds(d.payout)
    const transaction = claim()
    await expect(transaction).to.emit(d.directory, 'BondsClaimed').withArgs(d.accuser, d.payout, BOND)
    await expect(transaction).to.changeTokenBalances(ethers, d.votes, [d.directory, d.payout], [-BOND, BOND])
    await expect(claim()).to.be.revertedWithCustomError(d.directory, 'NothingToClaim').withArgs(d.accuser)
  })

  it('cannot touch bonds of accusations that are pending', async () => {
    const d = await loadFixture(accused)
    for (const account of [d.accuser, d.governance, d.owner]) {
      await expect(d.directory.connect(account as typeof d.accuser).claimBonds(d.payout))
        .to.be.revertedWithCustomError(d.directory, 'NothingToClaim')
        .withArgs(account)
    }
  })

  it('refuses to pay nobody or the directory itself', async () => {
    const d = await loadFixture(contested)
    await d.asGovernance.ban(d.agentId, EVIDENCE, URI)
    const directory = d.directory.connect(d.accuser)
    await expect(directory.claimBonds(ethers.ZeroAddress)).to.be.revertedWithCustomError(
      d.votes,
      'ERC20InvalidReceiver',
    )
    await expect(directory.claimBonds(d.directory)).to.be.revertedWithCustomError(
      d.directory,
      'InexactTransfer',
    )
    expect(await d.directory.claimable(d.accuser)).to.equal(BOND)
  })
})
