import { EXPOSURE, market, PAYMENT, pack, Status } from '../agreement.ts'
import { ethers, expect, loadFixture, networkHelpers, time } from '../base.ts'
import { disputed, expectSettlement, type Market } from './fixture.ts'

const encode = (ruling: bigint, bps: bigint) =>
  ethers.AbiCoder.defaultAbiCoder().encode(['uint256', 'uint256'], [ruling, bps])

const split = { status: Status.Resolved, paid: 28_500n - 142n, fee: 142n, refunded: 19_000n }

/** That what the arbitrator says is no ruling, and that time brings the split. */
async function expectIgnored(d: Market, misbehave: () => Promise<unknown>) {
  const deal = await disputed(d)
  await misbehave()
  const resolve = () => d.escrow.resolve(pack(deal.agreement), deal.conditions)
  await expect(resolve()).to.be.revertedWithCustomError(d.escrow, 'RulingPending')
  await time.increase((await d.escrow.MAX_ARBITRATION()) + 1n)
  await expectSettlement(d, deal, resolve(), split)
}

describe('IntentEscrow: resolve, arbitrators that misbehave', () => {
  for (const [name, answer] of [
    ['a ruling that does not exist', encode(4n, 0n)],
    ['a ruling beyond 8 bits', encode(2n ** 200n + 2n, 0n)],
    ['a share above the whole', encode(2n, 10_001n)],
    ['a share beyond 16 bits', encode(2n, 2n ** 16n)],
    ['nothing', '0x'],
    ['half of an answer', encode(2n, 0n).slice(0, 66)],
    ['more than an answer', `${encode(2n, 0n)}${'00'.repeat(32)}`],
  ] as const) {
    it(`takes ${name} for no ruling`, async () => {
      const d = await loadFixture(market)
      await expectIgnored(d, () => d.arbitrator.setAnswer(answer))
    })
  }

  it('takes a revert for no ruling', async () => {
    const d = await loadFixture(market)
    await expectIgnored(d, () => d.arbitrator.setMode(1))
  })

  it('takes burning all its gas for no ruling', async () => {
    const d = await loadFixture(market)
    await expectIgnored(d, () => d.arbitrator.setMode(2))
  })

  it('takes a contract that is gone for no ruling', async () => {
    const d = await loadFixture(market)
    await expectIgnored(d, () => networkHelpers.setCode(d.addresses.arbitrator, '0x'))
  })
})

describe('IntentEscrow: resolve, with too little gas', () => {
  it('is refused, so that nobody can starve a ruling into silence', async () => {
    const d = await loadFixture(market)
    const deal = await disputed(d)
    await d.arbitrator.setAnswer(encode(2n, 0n))
    await time.increase((await d.escrow.MAX_ARBITRATION()) + 1n)
    const resolve = (gasLimit: bigint) =>
      d.escrow.connect(d.seller).resolve(pack(deal.agreement), deal.conditions, { gasLimit })
    for (const gasLimit of [150_000n, 200_000n, 250_000n]) {
      await expect(resolve(gasLimit)).to.be.revertedWithCustomError(d.escrow, 'InsufficientGas')
    }
    const outcome = { status: Status.Resolved, refunded: PAYMENT, slashed: EXPOSURE }
    await expectSettlement(d, deal, resolve(500_000n), outcome)
  })

  it('ends as ruled or not at all, however much gas there is', async () => {
    const d = await loadFixture(market)
    const deal = await disputed(d)
    await d.arbitrator.setAnswer(encode(2n, 0n))
    await time.increase((await d.escrow.MAX_ARBITRATION()) + 1n)
    const data = d.escrow.interface.encodeFunctionData('resolve', [pack(deal.agreement), deal.conditions])
    for (let gas = 60_000n; gas <= 500_000n; gas += 20_000n) {
      const snapshot = await networkHelpers.takeSnapshot()
      const call = await d.seller
        .sendTransaction({ to: d.escrow, data, gasLimit: gas })
        .then((sent) => sent.wait())
        .catch(() => undefined)
      if (call) expect((await d.escrow.receiptOf(pack(deal.agreement))).paid).to.equal(0n)
      await snapshot.restore()
    }
  })
})
