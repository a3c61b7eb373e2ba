import { getCreateAddress } from 'ethers'
import { type Deployment, deploy, ethers, expect, FEE_BPS, loadFixture, SALT } from '../base.ts'

async function deployEscrow(d: Deployment, overrides: Record<string, unknown> = {}) {
  const nonce = await d.deployer.getNonce()
  const own = getCreateAddress({ from: d.deployer.address, nonce: nonce + 1 })
  const ledger = await ethers.deployContract('Ledger', [[own], 60])
  const args = {
    ledger,
    vault: d.vault,
    registry: d.registry,
    recipient: d.feeRecipient,
    fee: FEE_BPS,
    ...overrides,
  }
  const factory = await ethers.getContractFactory('IntentEscrow')
  return factory.deploy(
    args.ledger,
    args.vault as never,
    args.registry as never,
    args.recipient,
    args.fee,
    SALT,
  )
}

describe('IntentEscrow: constructor', () => {
  it('remembers what it was deployed with', async () => {
    const d = await loadFixture(deploy)
    expect(await d.escrow.ledger()).to.equal(d.addresses.ledger)
    expect(await d.escrow.vault()).to.equal(d.addresses.vault)
    expect(await d.escrow.identityRegistry()).to.equal(d.addresses.registry)
    expect(await d.escrow.feeRecipient()).to.equal(d.feeRecipient.address)
    expect(await d.escrow.feeBps()).to.equal(FEE_BPS)
  })

  it('refuses a ledger that does not know it, which would freeze every payment', async () => {
    const d = await loadFixture(deploy)
    await expect(deployEscrow(d, { ledger: d.ledger })).to.be.revertedWithCustomError(
      d.escrow,
      'NotLedgerModule',
    )
  })

  it('refuses a vault over another registry, where somebody else may own the agent', async () => {
    const d = await loadFixture(deploy)
    const registry = await ethers.deployContract('IdentityRegistry')
    await expect(deployEscrow(d, { registry }))
      .to.be.revertedWithCustomError(d.escrow, 'RegistryMismatch')
      .withArgs(d.addresses.registry, registry)
  })

  it('refuses a fee above 10 %', async () => {
    const d = await loadFixture(deploy)
    await deployEscrow(d, { fee: 1000 })
    await expect(deployEscrow(d, { fee: 1001 }))
      .to.be.revertedWithCustomError(d.escrow, 'FeeTooHigh')
      .withArgs(1001, 1000)
  })

  it('refuses to pay fees to nobody or to itself', async () => {
    const d = await loadFixture(deploy)
    const nonce = await d.deployer.getNonce()
    const own = getCreateAddress({ from: d.deployer.address, nonce: nonce + 1 })
    await expect(deployEscrow(d, { recipient: own })).to.be.revertedWithCustomError(
      d.escrow,
      'InvalidFeeRecipient',
    )
    await expect(deployEscrow(d, { recipient: ethers.ZeroAddress })).to.be.revertedWithCustomError(
      d.escrow,
      'InvalidFeeRecipient',
    )
  })
})
