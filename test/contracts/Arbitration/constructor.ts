import { DAY, ethers, expect, loadFixture } from '../base.ts'
import { court, emptyCourt, HOUR, JUROR_BOND, MIN_BOND } from './fixture.ts'

describe('Arbitration: constructor', () => {
  it('keeps what it was given, and takes the registry from the vault', async () => {
    const d = await loadFixture(emptyCourt)
    expect(await d.court.ledger()).to.equal(d.ledger)
    expect(await d.court.vault()).to.equal(d.vault)
    expect(await d.court.identityRegistry()).to.equal(d.registry)
    expect(await d.court.minBond()).to.equal(MIN_BOND)
    expect(await d.court.jurorBond()).to.equal(JUROR_BOND)
    expect(await d.court.isArbitrable(d.arbitrable)).to.equal(true)
    expect(await d.court.isArbitrable(d.stranger)).to.equal(false)
    expect(await d.court.isAccepted(d.token)).to.equal(true)
    expect(await d.court.isAccepted(d.registry)).to.equal(false)
  })

  it('refuses a ledger that does not know it', async () => {
    const d = await loadFixture(emptyCourt)
    const args = [d.ledger, d.vault, [d.arbitrable], [d.token], MIN_BOND, JUROR_BOND] as const
    await expect(ethers.deployContract('Arbitration', [...args])).to.be.revertedWithCustomError(
      d.court,
      'NotLedgerModule',
    )
  })

  for (const [name, minBond, jurorBond] of [
    ['cases', 99n, 100n],
    ['jurors', 100n, 99n],
  ] as const) {
    it(`refuses bonds of ${name} whose shares would round away`, async () => {
      const d = await loadFixture(emptyCourt)
      const from = d.deployer.address
      const nonce = (await d.deployer.getNonce()) + 1
      const ledger = await ethers.deployContract('Ledger', [
        [ethers.getCreateAddress({ from, nonce })],
        d.feeRecipient,
      ])
      await expect(ethers.deployContract('Arbitration', [ledger, d.vault, [], [], minBond, jurorBond]))
        .to.be.revertedWithCustomError(d.court, 'BondTooSmall')
        .withArgs(99n, 100n)
    })
  }

  it('adds its periods up to seven days', async () => {
    const { court: c } = await loadFixture(court)
    const round = (await c.DRAW_PERIOD()) + (await c.COMMIT_PERIOD()) + (await c.REVEAL_PERIOD())
    const once =
      (await c.RESPONSE_PERIOD()) +
      (await c.EVIDENCE_PERIOD()) +
      (await c.APPEAL_PERIOD()) +
      (await c.MATCH_PERIOD())
    expect(await c.maxDuration()).to.equal(once + 2n * round)
    expect(await c.maxDuration()).to.equal(7 * DAY)
    expect(round).to.equal(36 * HOUR)
  })
})
