import {
  balance,
  EVIDENCE,
  FundingKind,
  market,
  newAgreement,
  open,
  opened,
  PAYMENT,
  Status,
} from '../agreement.ts'
import { ethers, expect, loadFixture } from '../base.ts'

/** The market, and a token that calls into the escrow from within its transfers. */
async function hostileMarket() {
  const d = await market()
  const bad = await ethers.deployContract('HostileToken')
  await bad.mint(d.buyer, 10n * PAYMENT)
  await bad.connect(d.buyer).approve(d.ledger, ethers.MaxUint256)
  const agreement = await newAgreement(d, { token: await bad.getAddress() })
  const id = await d.escrow.idOf(agreement)
  return { ...d, bad, agreement, id }
}

const fromWallet = { ...balance, kind: FundingKind.Permit }

describe('IntentEscrow: tokens that call back', () => {
  it('cannot end an agreement while it is being opened', async () => {
    const d = await loadFixture(hostileMarket)
    const encode = d.escrow.interface.encodeFunctionData.bind(d.escrow.interface)
    const guarded = d.escrow.interface.encodeErrorResult('ReentrancyGuardReentrantCall', [])
    for (const [index, data] of [
      encode('settle', [d.agreement, EVIDENCE, '0x']),
      encode('refund', [d.agreement]),
      encode('open', [d.agreement, '0x', '0x', balance]),
    ].entries()) {
      await d.bad.arm(d.escrow, data)
      const agreement = { ...d.agreement, nonce: BigInt(index) }
      await open(d, agreement, fromWallet)
      expect(await d.bad.result()).to.equal(guarded)
      expect(await d.escrow.statusOf(await d.escrow.idOf(agreement))).to.equal(Status.Open)
    }
    expect(await d.ledger.balanceOf(d.bad, d.escrow)).to.equal(3n * PAYMENT)
  })

  it('finds the agreement already open, so that it cannot be cancelled or opened again', async () => {
    const d = await loadFixture(hostileMarket)
    await d.bad.arm(d.escrow, d.escrow.interface.encodeFunctionData('statusOf', [d.id]))
    await open(d, d.agreement, fromWallet)
    expect(BigInt(await d.bad.result())).to.equal(Status.Open)
  })
})

describe('IntentEscrow: tokens that misbehave', () => {
  for (const mode of [1, 4]) {
    it(`opens nothing when the payment does not arrive whole (mode ${mode})`, async () => {
      const d = await loadFixture(hostileMarket)
      await d.bad.setMode(mode)
      await expect(open(d, d.agreement, fromWallet)).to.be.revertedWithCustomError(
        d.ledger,
        'InexactTransfer',
      )
      expect(await d.escrow.statusOf(d.id)).to.equal(Status.None)
    })
  }

  it('opens nothing when the token says that nothing moved', async () => {
    const d = await loadFixture(hostileMarket)
    await d.bad.setMode(3)
    await expect(open(d, d.agreement, fromWallet)).to.be.revertedWithCustomError(
      d.ledger,
      'SafeERC20FailedOperation',
    )
  })

  it('pays out agreements in honest tokens from honest tokens, whatever others do', async () => {
    const d = await loadFixture(hostileMarket)
    const honest = await opened(d)
    await open(d, d.agreement, fromWallet)
    await d.bad.setMode(4)
    await d.escrow.connect(d.buyer).settle(d.agreement, EVIDENCE, '0x')
    expect(await d.ledger.balanceOf(d.token, d.escrow)).to.equal(PAYMENT)
    await d.escrow.connect(d.buyer).settle(honest.agreement, EVIDENCE, '0x')
    expect(await d.ledger.balanceOf(d.token, d.escrow)).to.equal(0n)
  })
})
