/** What governance decides while agreements are open, and what becomes of them: nothing. */
import { getCreateAddress } from 'ethers'
import { EXPOSURE, FEE, newDeal, open, PAYMENT, pack, Status } from '../agreement.ts'
import {
  bindWallet,
  DAY,
  type Deployment,
  DOLLAR,
  ethers,
  FEE_BPS,
  networkHelpers,
  prefund,
  register,
  SALT,
  stakeFor,
} from '../base.ts'
import {
  call,
  decide,
  expect,
  type Governed,
  governed,
  loadFixture,
  name,
  time,
} from '../MeshGovernor/fixture.ts'

const ESCROW = name('IntentEscrow')
const EVIDENCE = ethers.id('evidence')

/** An agreement about the next four weeks between people of a governed deployment. */
async function trading() {
  const d = await governed()
  await prefund(d, d.buyer, DOLLAR)
  const agentId = await register(d, d.owner)
  await bindWallet(d, d.owner, agentId, d.seller)
  await stakeFor(d, d.owner, agentId, DOLLAR, d.addresses.escrow)
  const deal = await newDeal(d, { agentId, deadline: (await time.latest()) + 29 * DAY })
  await open(d, deal)
  return { ...d, agentId, deal }
}

/** The next version: another treasury, and ten times the fee. */
async function dearerEscrow(d: Deployment) {
  const nonce = await d.deployer.getNonce()
  const own = getCreateAddress({ from: d.deployer.address, nonce: nonce + 1 })
  const treasury = await ethers.deployContract('Treasury', [[own], d.feeRecipient, d.token, d.registry])
  return ethers.deployContract('IntentEscrow', [treasury, FEE_BPS * 10n, SALT])
}

/** Everything that governance has: a dearer escrow, the end of the old one, narrow rules, a ban of the seller. */
async function governedHarshly(d: Governed & { agentId: bigint }) {
  const next = await dearerEscrow(d)
  const sunset = (await time.latest()) + 60 * DAY
  const encode = d.directory.interface.encodeFunctionData.bind(d.directory.interface)
  const calldatas = [
    encode('registerContract', [ESCROW, await next.getAddress()]),
    encode('setContractSunset', [ESCROW, 1, sunset]),
    encode('setQuota', [name('intents/energy'), { perMinute: 6, burst: 4 }]),
    encode('setAdmission', [
      name('energy'),
      { minStake: await d.directory.maxMinStake(), minReputation: 4000 },
    ]),
    encode('ban', [d.agentId, EVIDENCE, 'ipfs://evidence']),
  ]
  const target = await d.directory.getAddress()
  const targets = calldatas.map(() => target)
  await decide(d, { ...call(target, '0x'), targets, values: calldatas.map(() => 0n), calldatas })
  expect(await d.directory.isBanned(d.agentId)).to.equal(true)
  expect(await next.feeBps()).to.equal(FEE_BPS * 10n)
  return sunset
}

describe('MeshDirectory: live agreements', () => {
  it('are paid at the fee of their opening, whatever was decided since, also to whom is banned', async () => {
    const d = await loadFixture(trading)
    await governedHarshly(d)
    const { agreement, id } = d.deal
    await d.escrow.connect(d.buyer).settle(pack(agreement), agreement.quantity, false, EVIDENCE, '0x')
    expect(await d.escrow.statusOf(id)).to.equal(Status.Settled)
    expect([...(await d.escrow.receiptOf(pack(agreement)))]).to.deep.equal([
      Status.Settled,
      PAYMENT - FEE,
      FEE,
    ])
    expect(await d.ledger.balanceOf(d.token, d.payout)).to.equal(PAYMENT - FEE)
    const { locked } = await d.vault.positionOf(d.agentId, d.owner, d.escrow)
    expect(locked).to.equal(0n)
  })

  it('keep their exits after the sunset: refund, withdrawals, stake', async () => {
    const d = await loadFixture(trading)
    const sunset = await governedHarshly(d)
    await time.increaseTo(sunset)
    await d.escrow.connect(d.stranger).refund(pack(d.deal.agreement))
    expect(await d.escrow.statusOf(d.deal.id)).to.equal(Status.Refunded)

    const balance = await d.ledger.balanceOf(d.token, d.buyer)
    expect(balance).to.equal(DOLLAR)
    await d.ledger.connect(d.buyer).requestWithdrawal(d.token, balance)
    const { staked } = await d.vault.positionOf(d.agentId, d.owner, d.escrow)
    await d.vault.connect(d.owner).requestUnstake(d.agentId, d.escrow, staked)
    await time.increase(Number(await d.vault.unstakeDelay()))
    await d.ledger.connect(d.buyer).withdraw(d.token, d.buyer)
    await d.vault.connect(d.owner).unstake(d.agentId, d.escrow, d.owner)
    expect(await d.token.balanceOf(d.buyer)).to.equal(DOLLAR)
    expect(await d.token.balanceOf(d.owner)).to.equal(staked)
  })

  it('are out of reach of the timelock itself, whatever a vote makes it call', async () => {
    const d = await loadFixture(trading)
    const { agreement, conditions, id } = d.deal
    const timelock = await d.timelock.getAddress()
    await networkHelpers.impersonateAccount(timelock)
    await networkHelpers.setBalance(timelock, 10n ** 18n)
    const hand = await ethers.getSigner(timelock)
    const escrow = d.escrow.connect(hand)
    const [ledger, vault] = [d.ledger.connect(hand), d.vault.connect(hand)]
    const { quantity } = agreement

    await expect(
      escrow.settle(pack(agreement), quantity, false, EVIDENCE, '0x'),
    ).to.be.revertedWithCustomError(d.escrow, 'InvalidSignature')
    await expect(escrow.refund(pack(agreement))).to.be.revertedWithCustomError(d.escrow, 'DeadlineNotPassed')
    await expect(escrow.cancel(pack(agreement), conditions)).to.be.revertedWithCustomError(
      d.escrow,
      'NotParty',
    )
    await expect(escrow.revoke(pack(agreement))).to.be.revertedWithCustomError(d.escrow, 'NotParty')
    for (const attempt of [
      () => escrow.deliver(pack(agreement), conditions, 1, EVIDENCE, '0x'),
      () => escrow.claim(pack(agreement), conditions),
      () => escrow.settleByMeter(pack(agreement), conditions, 1, '0x'),
      () => escrow.dispute(pack(agreement), conditions, '0x'),
      () => escrow.resolve(pack(agreement), conditions),
    ]) {
      await expect(attempt()).to.revert(ethers)
    }
    for (const attempt of [
      () => ledger.take(d.token, d.buyer, 1),
      () => ledger.takeFor(d.token, d.owner, d.agentId, timelock, 1),
      () => ledger.give(d.token, timelock, 1, 0),
      () => ledger.move(d.token, d.buyer, timelock, 1, 0),
      () => ledger.moveFor(d.token, d.owner, d.agentId, timelock, 1, 0),
      () => ledger.settle(d.token, [d.buyer, timelock], [-1, 1]),
    ]) {
      await expect(attempt()).to.be.revertedWithCustomError(d.ledger, 'NotModule').withArgs(timelock)
    }
    for (const attempt of [
      () => vault.unlock(d.agentId, d.owner, EXPOSURE),
      () => vault.slash(d.agentId, d.owner, EXPOSURE, timelock),
    ]) {
      await expect(attempt()).to.revert(ethers)
    }
    expect(await d.escrow.statusOf(id)).to.equal(Status.Open)
    expect(await d.ledger.balanceOf(d.token, d.buyer)).to.equal(DOLLAR - PAYMENT)
    expect((await d.vault.positionOf(d.agentId, d.owner, d.escrow)).locked).to.equal(EXPOSURE)
  })
})
