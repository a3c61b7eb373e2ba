import {
  EVIDENCE,
  encodeFunding,
  FundingKind,
  market,
  newDeal,
  open,
  opened,
  PAYMENT,
  pack,
  Status,
} from '../agreement.ts'
import { ethers, expect, loadFixture } from '../base.ts'
import { escrowed } from './fixture.ts'

/** The market, and a token that calls into the escrow from within its transfers. */
async function hostileMarket() {
  const d = await market()
  const bad = await ethers.deployContract('HostileToken')
  await bad.mint(d.buyer, 10n * PAYMENT)
  await bad.connect(d.buyer).approve(d.ledger, ethers.MaxUint256)
  const badToken = await bad.getAddress()
  return { ...d, bad, badToken, deal: await newDeal(d, { token: badToken }) }
}

/** By allowance: there is no permit. */
const fromWallet = encodeFunding(FundingKind.Permit, 0n, 0n, '0x')
const byAuthorization = encodeFunding(FundingKind.Authorization, 0n, 0n, '0x')

describe('IntentEscrow: tokens that call back', () => {
  for (const [name, funding] of [
    ['permit', fromWallet],
    ['authorisation', byAuthorization],
  ] as const) {
    it(`cannot end an agreement, or make another, while it is being opened by ${name}`, async () => {
      const d = await loadFixture(hostileMarket)
      const encode = d.escrow.interface.encodeFunctionData.bind(d.escrow.interface)
      const guarded = d.escrow.interface.encodeErrorResult('ReentrancyGuardReentrantCall', [])
      const { conditions } = d.deal
      const agreement = pack(d.deal.agreement)
      const calls = [
        encode('settle', [agreement, 250n, false, EVIDENCE, '0x']),
        encode('refund', [agreement]),
        encode('open', [agreement, '0x', '0x', '0x']),
        encode('trade', [agreement, '0x', '0x']),
        encode('cancel', [agreement, conditions]),
        encode('claim', [agreement, conditions]),
        encode('settleByMeter', [agreement, conditions, 1n, '0x']),
        encode('dispute', [agreement, conditions, '0x']),
        encode('resolve', [agreement, conditions]),
      ]
      for (const [nonce, data] of calls.entries()) {
        await d.bad.arm(d.escrow, data)
        const deal = await newDeal(d, { token: d.badToken, nonce })
        await open(d, deal, funding)
        expect(await d.bad.result()).to.equal(guarded)
        expect(await d.escrow.statusOf(deal.id)).to.equal(Status.Open)
      }
      expect(await escrowed(d, d.badToken)).to.equal(BigInt(calls.length) * PAYMENT)
    })
  }

  it('finds the agreement already open, so that it cannot be revoked', async () => {
    const d = await loadFixture(hostileMarket)
    await d.bad.arm(d.escrow, d.escrow.interface.encodeFunctionData('statusOf', [d.deal.id]))
    await open(d, d.deal, fromWallet)
    expect(BigInt(await d.bad.result())).to.equal(Status.Open)
  })
})

describe('IntentEscrow: tokens that misbehave', () => {
  for (const [mode, error] of [
    ['RecipientPays', 'InexactTransfer'],
    ['ReturnsFalse', 'SafeERC20FailedOperation'],
    ['Lies', 'InexactTransfer'],
  ] as const) {
    it(`opens nothing when the payment does not arrive whole: ${mode}`, async () => {
      const d = await loadFixture(hostileMarket)
      await d.bad.setMode({ RecipientPays: 1, ReturnsFalse: 3, Lies: 4 }[mode])
      await expect(open(d, d.deal, fromWallet)).to.be.revertedWithCustomError(d.ledger, error)
      expect(await d.escrow.statusOf(d.deal.id)).to.equal(Status.None)
    })
  }

  it('pays out agreements in honest tokens from honest tokens, whatever others do', async () => {
    const d = await loadFixture(hostileMarket)
    const honest = await opened(d)
    await open(d, d.deal, fromWallet)
    await d.bad.setMode(4)
    await d.escrow.connect(d.buyer).settle(pack(d.deal.agreement), 250n, false, EVIDENCE, '0x')
    expect(await escrowed(d)).to.equal(PAYMENT)
    await d.escrow.connect(d.buyer).settle(pack(honest.agreement), 250n, false, EVIDENCE, '0x')
    expect(await escrowed(d)).to.equal(0n)
  })

  it('settles and refunds although the token blocks payer, payee and ledger', async () => {
    const d = await loadFixture(hostileMarket)
    await open(d, d.deal, fromWallet)
    for (const account of [d.buyer.address, d.payout.address, d.addresses.ledger]) {
      await d.bad.setBlocked(account, true)
    }
    await d.escrow.connect(d.buyer).settle(pack(d.deal.agreement), 100n, false, EVIDENCE, '0x')
    await d.escrow.connect(d.seller).cancel(pack(d.deal.agreement), d.deal.conditions)
    expect(await escrowed(d, d.badToken)).to.equal(0n)
    expect(await d.ledger.balanceOf(d.badToken, d.payout)).to.equal(19_000n - 95n)
  })
})
