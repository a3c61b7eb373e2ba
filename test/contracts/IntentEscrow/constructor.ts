import { getCreateAddress } from 'ethers'
import { DAY, type Deployment, deploy, ethers, expect, FEE_BPS, loadFixture, SALT } from '../base.ts'

async function deployEscrow(d: Deployment, overrides: Record<string, unknown> = {}) {
  const nonce = await d.deployer.getNonce()
  const own = getCreateAddress({ from: d.deployer.address, nonce: nonce + 1 })
  const treasury = await ethers.deployContract('Treasury', [[own], d.feeRecipient, d.token, d.registry])
  const args = { treasury, fee: FEE_BPS, ...overrides }
  const factory = await ethers.getContractFactory('IntentEscrow')
  return factory.deploy(args.treasury, args.fee, SALT)
}

describe('IntentEscrow: constructor', () => {
  it('remembers what it was deployed with', async () => {
    const d = await loadFixture(deploy)
    expect(await d.escrow.treasury()).to.equal(d.addresses.ledger)
    expect(await d.escrow.identityRegistry()).to.equal(d.addresses.registry)
    expect(await d.escrow.feeBps()).to.equal(FEE_BPS)
  })

  it('refuses a treasury that does not know it, which would freeze every payment', async () => {
    const d = await loadFixture(deploy)
    const nonce = await d.deployer.getNonce()
    const own = getCreateAddress({ from: d.deployer.address, nonce: nonce + 1 })
    await expect(deployEscrow(d, { treasury: d.ledger }))
      .to.be.revertedWithCustomError(d.escrow, 'NotLedgerModule')
      .withArgs(d.ledger, own)
  })

  it('refuses a fee above 10 %', async () => {
    const d = await loadFixture(deploy)
    expect(await d.escrow.MAX_FEE_BPS()).to.equal(1000n)
    await deployEscrow(d, { fee: 1000 })
    await expect(deployEscrow(d, { fee: 1001 }))
      .to.be.revertedWithCustomError(d.escrow, 'FeeTooHigh')
      .withArgs(1001, 1000)
  })

  it('lets stake leave later than any dispute about what was delivered before can end', async () => {
    const d = await loadFixture(deploy)
    const longest = (await d.escrow.MAX_WINDOW()) + (await d.escrow.MAX_ARBITRATION())
    expect(await d.escrow.MAX_WINDOW()).to.equal(3 * DAY)
    expect(await d.escrow.MAX_ARBITRATION()).to.equal(10 * DAY)
    expect(await d.escrow.MAX_DURATION()).to.equal(30 * DAY)
    expect((await d.vault.unstakeDelay()) > longest).to.equal(true)
  })
})
