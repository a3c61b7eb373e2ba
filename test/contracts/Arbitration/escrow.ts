/** The court and the escrow together: an agreement that names the court, a delivery that the buyer contests. */
import { getCreateAddress } from 'ethers'
import { EVIDENCE, newDeal, open, PAYMENT, pack, Status } from '../agreement.ts'
import {
  bindWallet,
  DAY,
  DOLLAR,
  deploy,
  ethers,
  expect,
  FEE_BPS,
  loadFixture,
  networkHelpers,
  prefund,
  register,
  SALT,
  stakeFor,
  time,
} from '../base.ts'
import { Ruling } from './fixture.ts'

const MIN_BOND = 1000n
const JUROR_BOND = 100n

/** The base deployment with a ledger of which escrow and court are the modules, and eight jurors. */
async function court() {
  const base = await deploy()
  const from = base.deployer.address
  const nonce = await base.deployer.getNonce()
  const escrowAddress = getCreateAddress({ from, nonce: nonce + 1 })
  const courtAddress = getCreateAddress({ from, nonce: nonce + 2 })
  const { token, registry, feeRecipient } = base
  const modules = [escrowAddress, courtAddress]
  const treasury = await ethers.deployContract('Treasury', [modules, feeRecipient, token, registry])
  const ledger = await ethers.getContractAt('Ledger', treasury)
  const vault = await ethers.getContractAt('StakeVault', treasury)
  const escrow = await ethers.deployContract('IntentEscrow', [treasury, FEE_BPS, SALT])
  const court = await ethers.deployContract('Arbitration', [
    ledger,
    vault,
    [escrowAddress],
    [token],
    MIN_BOND,
    JUROR_BOND,
  ])
  const addresses = {
    ...base.addresses,
    ledger: await ledger.getAddress(),
    vault: await vault.getAddress(),
    escrow: escrowAddress,
  }
  const d = { ...base, ledger, vault, escrow, court, addresses }
  await prefund(d, d.buyer, DOLLAR)
  await prefund(d, d.seller, DOLLAR)
  await bindWallet(d, d.owner, await register(d, d.owner), d.seller)
  await stakeFor(d, d.owner, 1n, DOLLAR, escrowAddress)
  const jurors = (await ethers.getSigners()).slice(10, 18)
  for (const [index, juror] of jurors.entries()) {
    await stakeFor(d, juror, await register(d, juror), JUROR_BOND, courtAddress)
    await court.connect(juror).enlist(BigInt(index + 2))
  }
  return { ...d, jurors }
}

/** A delivery that the buyer has contested. */
async function contested() {
  const d = await court()
  const deal = await newDeal(d, { exposure: 0n }, { arbitrator: await d.court.getAddress() })
  await open(d, deal)
  await time.increaseTo(deal.conditions.end)
  await d.escrow.connect(d.seller).deliver(pack(deal.agreement), deal.conditions, 250n, EVIDENCE, '0x')
  await d.escrow.connect(d.buyer).dispute(pack(deal.agreement), deal.conditions, '0x')
  return { ...d, deal }
}

/** The first panel is drawn once the evidence is closed, and gives the seller so much. */
async function rule(d: Awaited<ReturnType<typeof court>>, id: string, bps: number) {
  const args = [d.addresses.escrow, id] as const
  await time.increase(await d.court.EVIDENCE_PERIOD())
  await d.court.draw(...args)
  await networkHelpers.mine(await d.court.DRAW_DELAY())
  await d.court.draw(...args)
  const { seats } = await d.court.disputeOf(...args)
  for (const { agentId, depositor } of seats.slice(0, 3)) {
    const juror = d.jurors.find(({ address }) => address === depositor)
    if (!juror) throw new Error('a stranger sits')
    const commitment = await d.court.commitmentOf(...args, 0, agentId, bps, ethers.id('salt'))
    await d.court.connect(juror).commit(...args, agentId, commitment)
  }
  for (const { agentId } of seats.slice(0, 3)) {
    await d.court.reveal(...args, agentId, bps, ethers.id('salt'))
  }
}

describe('Arbitration: with the escrow', () => {
  it('takes the buyer’s bond when it disputes', async () => {
    const d = await loadFixture(contested)
    const bond = (PAYMENT * 7n) / 100n
    const dispute = await d.court.disputeOf(d.addresses.escrow, d.deal.id)
    expect([dispute.plaintiff, dispute.defendant, dispute.bond, dispute.defendantOwner]).to.deep.equal([
      d.buyer.address,
      d.seller.address,
      bond,
      d.owner.address,
    ])
    expect(await d.ledger.balanceOf(d.token, d.buyer)).to.equal(DOLLAR - PAYMENT - bond)
    await expect(d.escrow.resolve(pack(d.deal.agreement), d.deal.conditions)).to.be.revertedWithCustomError(
      d.escrow,
      'RulingPending',
    )
  })

  it('lets the seller’s owner, who has unbound the key that was stolen, stand by it', async () => {
    const d = await loadFixture(court)
    const deal = await newDeal(d, {}, { arbitrator: await d.court.getAddress() })
    await open(d, deal)
    await d.registry.connect(d.owner).unsetAgentWallet(1n)
    await time.increaseTo(deal.conditions.end)
    await d.escrow.connect(d.seller).deliver(pack(deal.agreement), deal.conditions, 250n, EVIDENCE, '0x')
    await d.escrow.connect(d.buyer).dispute(pack(deal.agreement), deal.conditions, '0x')
    await prefund(d, d.owner, DOLLAR)
    await d.court.connect(d.owner).matchBond(d.addresses.escrow, deal.id)
    await rule(d, deal.id, 0)
    await d.court.connect(d.owner).appeal(d.addresses.escrow, deal.id)
    await time.increase(await d.court.MATCH_PERIOD())
    expect([...(await d.court.rulingOf(d.addresses.escrow, deal.id))]).to.deep.equal([Ruling.Ruled, 10_000n])
  })

  it('lets the payer appeal when the buyer’s key is lost', async () => {
    const d = await loadFixture(court)
    const buying = await register(d, d.payout)
    await bindWallet(d, d.payout, buying, d.buyer)
    await prefund(d, d.payout, DOLLAR)
    await d.ledger.connect(d.payout).setMandate(d.token, buying, DOLLAR, DOLLAR, DAY)
    const terms = { payer: d.payout.address, buyerEpoch: await d.registry.keyEpochOf(buying), exposure: 0n }
    const deal = await newDeal(d, terms, { arbitrator: await d.court.getAddress() })
    await open(d, deal)
    await d.registry.connect(d.payout).unsetAgentWallet(buying)
    await time.increaseTo(deal.conditions.end)
    await d.escrow.connect(d.seller).deliver(pack(deal.agreement), deal.conditions, 250n, EVIDENCE, '0x')
    await d.escrow.connect(d.payout).dispute(pack(deal.agreement), deal.conditions, '0x')
    await d.court.connect(d.seller).matchBond(d.addresses.escrow, deal.id)
    await rule(d, deal.id, 10_000)
    await d.court.connect(d.payout).appeal(d.addresses.escrow, deal.id)
    await time.increase(await d.court.MATCH_PERIOD())
    expect([...(await d.court.rulingOf(d.addresses.escrow, deal.id))]).to.deep.equal([Ruling.Ruled, 0n])
  })

  it('gives the buyer all back when the seller does not answer', async () => {
    const d = await loadFixture(contested)
    await time.increase(await d.court.RESPONSE_PERIOD())
    await d.escrow.connect(d.stranger).resolve(pack(d.deal.agreement), d.deal.conditions)
    await d.court.execute(d.addresses.escrow, d.deal.id)
    expect((await d.escrow.receiptOf(pack(d.deal.agreement))).status).to.equal(Status.Resolved)
    expect(await d.ledger.balanceOf(d.token, d.buyer)).to.equal(DOLLAR)
    expect(await d.ledger.balanceOf(d.token, d.payout)).to.equal(0n)
  })

  it('splits as agreed when no panel was drawn', async () => {
    const d = await loadFixture(contested)
    await d.court.connect(d.seller).matchBond(d.addresses.escrow, d.deal.id)
    await time.increase((await d.court.EVIDENCE_PERIOD()) + (await d.court.DRAW_PERIOD()))
    await d.escrow.connect(d.stranger).resolve(pack(d.deal.agreement), d.deal.conditions)
    await d.court.execute(d.addresses.escrow, d.deal.id)
    expect(await d.ledger.balanceOf(d.token, d.buyer)).to.equal(DOLLAR - (PAYMENT * 6n) / 10n)
    expect(await d.ledger.balanceOf(d.token, d.seller)).to.equal(DOLLAR)
  })

  it('pays as the jurors say', async () => {
    const d = await loadFixture(contested)
    const args = [d.addresses.escrow, d.deal.id] as const
    await d.court.connect(d.seller).matchBond(...args)
    await rule(d, d.deal.id, 2000)
    await time.increase(await d.court.APPEAL_PERIOD())

    expect([...(await d.court.rulingOf(...args))]).to.deep.equal([Ruling.Ruled, 2000n])
    const before = await d.ledger.balanceOf(d.token, d.buyer)
    await d.escrow.connect(d.stranger).resolve(pack(d.deal.agreement), d.deal.conditions)
    expect((await d.ledger.balanceOf(d.token, d.buyer)) - before).to.equal((PAYMENT * 8n) / 10n)
    const { paid, fee } = await d.escrow.receiptOf(pack(d.deal.agreement))
    expect(paid + fee).to.equal((PAYMENT * 2n) / 10n)
  })

  it('ends within the time that the escrow allows an arbitrator', async () => {
    const d = await loadFixture(court)
    expect(await d.court.maxDuration()).to.be.lessThanOrEqual(await d.escrow.MAX_ARBITRATION())
  })
})
