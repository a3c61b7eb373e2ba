import { type Deal, EVIDENCE, market, newDeal, opened, pack, Status, signRelease } from '../agreement.ts'
import { bindWallet, ethers, expect, loadFixture, networkHelpers, signAgentWallet, time } from '../base.ts'
import { signEvidence, signedByBoth, signReading } from './fixture.ts'

/** Buyer and seller are contracts whose owners sign (ERC-1271); the seller's speaks for the staked agent. */
async function contractMarket() {
  const d = await market()
  const buyerWallet = await ethers.deployContract('ContractWallet', [d.buyer])
  const sellerWallet = await ethers.deployContract('ContractWallet', [d.seller])
  const deadline = (await time.latest()) + 240
  const newWallet = await sellerWallet.getAddress()
  const message = { agentId: d.agentId, newWallet, owner: d.owner.address, deadline }
  const consent = await signAgentWallet(d, d.seller, message)
  await d.registry.connect(d.owner).setAgentWallet(d.agentId, newWallet, deadline, consent)
  const buyer = await buyerWallet.getAddress()
  await d.ledger.connect(d.module).move(d.token, d.buyer, buyer, 1_000_000n, 0n)
  const parties = { buyer, payer: buyer, seller: newWallet, sellerEpoch: 2n }
  const openBoth = async (deal: Deal) => d.escrow.open(...(await signedByBoth(d, deal)), '0x')
  return { ...d, buyerWallet, sellerWallet, parties, openBoth }
}

describe('IntentEscrow: parties that are contracts (ERC-1271)', () => {
  it('opens, reports and settles on what the contracts accept', async () => {
    const d = await loadFixture(contractMarket)
    const deal = await newDeal(d, d.parties)
    await d.openBoth(deal)
    await time.increaseTo(BigInt(deal.conditions.start))
    const report = await signEvidence(d, d.seller, deal.id)
    await d.escrow.deliver(pack(deal.agreement), deal.conditions, 250n, EVIDENCE, report)
    await d.escrow.settle(pack(deal.agreement), 250n, false, EVIDENCE, await signRelease(d, d.buyer, deal.id))
    expect(await d.escrow.statusOf(deal.id)).to.equal(Status.Settled)
  })

  it('refuses what the contracts refuse', async () => {
    const d = await loadFixture(contractMarket)
    const deal = await newDeal(d, d.parties)
    const [agreement, buyers, sellers] = await signedByBoth(d, deal)
    await expect(d.escrow.open(agreement, sellers, sellers, '0x'))
      .to.be.revertedWithCustomError(d.escrow, 'InvalidSignature')
      .withArgs(d.parties.buyer)
    await expect(d.escrow.open(agreement, buyers, buyers, '0x'))
      .to.be.revertedWithCustomError(d.escrow, 'InvalidSignature')
      .withArgs(d.parties.seller)
    await d.openBoth(deal)
    const release = await signRelease(d, d.seller, deal.id)
    await expect(d.escrow.settle(agreement, 250n, false, EVIDENCE, release)).to.be.revertedWithCustomError(
      d.escrow,
      'InvalidSignature',
    )
  })

  it('refuses a contract that knows no signatures', async () => {
    const d = await loadFixture(contractMarket)
    const { token } = d.addresses
    const deal = await newDeal(d, { ...d.parties, buyer: token, payer: token })
    await expect(d.openBoth(deal)).to.be.revertedWithCustomError(d.escrow, 'InvalidSignature').withArgs(token)
  })

  it('lets the contracts themselves settle, cancel and revoke', async () => {
    const d = await loadFixture(contractMarket)
    const encode = d.escrow.interface.encodeFunctionData.bind(d.escrow.interface)
    const [first, second, third] = [
      await newDeal(d, d.parties),
      await newDeal(d, { ...d.parties, nonce: 2n }),
      await newDeal(d, { ...d.parties, nonce: 3n }),
    ]
    await d.openBoth(first)
    await d.openBoth(second)
    const settle = encode('settle', [pack(first.agreement), 250n, false, EVIDENCE, '0x'])
    await d.buyerWallet.connect(d.buyer).execute(d.escrow, settle)
    const cancel = encode('cancel', [pack(second.agreement), second.conditions])
    await d.sellerWallet.connect(d.seller).execute(d.escrow, cancel)
    await d.sellerWallet.connect(d.seller).execute(d.escrow, encode('revoke', [pack(third.agreement)]))
    const statuses = await Promise.all([first, second, third].map(({ id }) => d.escrow.statusOf(id)))
    expect(statuses).to.deep.equal([Status.Settled, Status.Cancelled, Status.Revoked])
  })

  it('reads a meter that is a contract', async () => {
    const d = await loadFixture(contractMarket)
    const meter = await (await ethers.deployContract('ContractWallet', [d.stranger])).getAddress()
    await bindWallet(d, d.owner, d.agentId, d.seller)
    const deal = await opened(d, { sellerEpoch: 3n }, { meter })
    await time.increaseTo(BigInt(deal.conditions.end))
    const reading = await signReading(d, d.stranger, deal.id, 250n)
    await d.escrow.settleByMeter(pack(deal.agreement), deal.conditions, 250n, reading)
    expect(await d.escrow.statusOf(deal.id)).to.equal(Status.Settled)
  })

  it('takes the word of a key although its account has code by now (EIP-7702)', async () => {
    const d = await loadFixture(contractMarket)
    await bindWallet(d, d.owner, d.agentId, d.seller)
    const deal = await newDeal(d, { sellerEpoch: 3n })
    const signed = await signedByBoth(d, deal)
    const release = await signRelease(d, d.buyer, deal.id)
    for (const account of [d.buyer, d.seller]) {
      await networkHelpers.setCode(account.address, await ethers.provider.getCode(d.token))
    }
    await d.escrow.open(...signed, '0x')
    await d.escrow.settle(pack(deal.agreement), 250n, false, EVIDENCE, release)
    expect(await d.escrow.statusOf(deal.id)).to.equal(Status.Settled)
  })

  it('forgets the contract once the agent has another wallet', async () => {
    const d = await loadFixture(contractMarket)
    await bindWallet(d, d.owner, d.agentId, d.stranger)
    await expect(d.openBoth(await newDeal(d, d.parties))).to.be.revertedWithCustomError(
      d.escrow,
      'SellerNotBound',
    )
  })

  it('asks the contract again at every step: a consent that it takes back is gone', async () => {
    const d = await loadFixture(contractMarket)
    const deal = await newDeal(d, d.parties)
    await d.openBoth(deal)
    const release = await signRelease(d, d.buyer, deal.id)
    await networkHelpers.setCode(d.parties.buyer, await ethers.provider.getCode(d.token))
    await expect(d.escrow.settle(pack(deal.agreement), 250n, false, EVIDENCE, release))
      .to.be.revertedWithCustomError(d.escrow, 'InvalidSignature')
      .withArgs(d.parties.buyer)
  })
})
