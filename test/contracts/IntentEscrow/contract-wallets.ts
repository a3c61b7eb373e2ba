import { balance, EVIDENCE, market, newAgreement, PAYMENT, Status, sign, signRelease } from '../agreement.ts'
import {
  bindWallet,
  ethers,
  expect,
  loadFixture,
  networkHelpers,
  prefund,
  signAgentWallet,
  time,
} from '../base.ts'

/** Buyer and seller are contracts whose owners sign (ERC-1271); the seller's speaks for the staked agent. */
async function contractMarket() {
  const d = await market()
  const buyerWallet = await ethers.deployContract('ContractWallet', [d.buyer])
  const sellerWallet = await ethers.deployContract('ContractWallet', [d.seller])
  await prefund(d, d.stranger, 1_000_000n)
  await d.ledger.connect(d.module).move(d.token, d.stranger, buyerWallet, 1_000_000n)
  const deadline = (await time.latest()) + 60
  const newWallet = await sellerWallet.getAddress()
  const message = { agentId: d.agentId, newWallet, owner: d.owner.address, deadline }
  const consent = await signAgentWallet(d, d.seller, message)
  await d.registry.connect(d.owner).setAgentWallet(d.agentId, newWallet, deadline, consent)
  const parties = { buyer: await buyerWallet.getAddress(), seller: newWallet }
  return { ...d, buyerWallet, sellerWallet, parties }
}

describe('IntentEscrow: parties that are contracts (ERC-1271)', () => {
  it('opens and settles on what the contracts accept', async () => {
    const d = await loadFixture(contractMarket)
    const agreement = await newAgreement(d, d.parties)
    const id = await d.escrow.idOf(agreement)
    await d.escrow.open(
      agreement,
      await sign(d, d.buyer, agreement),
      await sign(d, d.seller, agreement),
      balance,
    )
    expect(await d.escrow.statusOf(id)).to.equal(Status.Open)
    await d.escrow.settle(agreement, EVIDENCE, await signRelease(d, d.buyer, id))
    expect(await d.escrow.statusOf(id)).to.equal(Status.Settled)
  })

  it('refuses what the contracts refuse', async () => {
    const d = await loadFixture(contractMarket)
    const agreement = await newAgreement(d, d.parties)
    const [buyers, sellers] = [await sign(d, d.buyer, agreement), await sign(d, d.seller, agreement)]
    await expect(d.escrow.open(agreement, sellers, sellers, balance))
      .to.be.revertedWithCustomError(d.escrow, 'InvalidSignature')
      .withArgs(d.parties.buyer)
    await expect(d.escrow.open(agreement, buyers, buyers, balance))
      .to.be.revertedWithCustomError(d.escrow, 'InvalidSignature')
      .withArgs(d.parties.seller)
    await d.escrow.open(agreement, buyers, sellers, balance)
    const release = await signRelease(d, d.seller, await d.escrow.idOf(agreement))
    await expect(d.escrow.settle(agreement, EVIDENCE, release)).to.be.revertedWithCustomError(
      d.escrow,
      'InvalidSignature',
    )
  })

  it('refuses a contract that knows no signatures', async () => {
    const d = await loadFixture(contractMarket)
    const agreement = await newAgreement(d, { buyer: d.addresses.token })
    const sellers = await sign(d, d.seller, agreement)
    await expect(d.escrow.open(agreement, '0x', sellers, balance)).to.be.revertedWithCustomError(
      d.escrow,
      'InvalidSignature',
    )
  })

  it('lets the contract itself settle and cancel', async () => {
    const d = await loadFixture(contractMarket)
    const agreement = await newAgreement(d, d.parties)
    await d.escrow.open(
      agreement,
      await sign(d, d.buyer, agreement),
      await sign(d, d.seller, agreement),
      balance,
    )
    const settle = d.escrow.interface.encodeFunctionData('settle', [agreement, EVIDENCE, '0x'])
    await d.buyerWallet.connect(d.buyer).execute(d.escrow, settle)
    expect(await d.escrow.statusOf(await d.escrow.idOf(agreement))).to.equal(Status.Settled)
    const other = await newAgreement(d, { ...d.parties, nonce: 2n })
    const cancel = d.escrow.interface.encodeFunctionData('cancel', [other])
    await d.sellerWallet.connect(d.seller).execute(d.escrow, cancel)
    expect(await d.escrow.statusOf(await d.escrow.idOf(other))).to.equal(Status.Cancelled)
  })

  it('takes the word of a key although its account has code by now (EIP-7702)', async () => {
    const d = await loadFixture(contractMarket)
    await bindWallet(d, d.owner, d.agentId, d.seller)
    await prefund(d, d.buyer, PAYMENT)
    const agreement = await newAgreement(d)
    const id = await d.escrow.idOf(agreement)
    const signatures = [await sign(d, d.buyer, agreement), await sign(d, d.seller, agreement)] as const
    const release = await signRelease(d, d.buyer, id)
    for (const account of [d.buyer, d.seller]) {
      await networkHelpers.setCode(account.address, await ethers.provider.getCode(d.token))
    }
    await d.escrow.open(agreement, ...signatures, balance)
    await d.escrow.settle(agreement, EVIDENCE, release)
    expect(await d.escrow.statusOf(id)).to.equal(Status.Settled)
  })

  it('forgets the contract once the agent has another wallet', async () => {
    const d = await loadFixture(contractMarket)
    await bindWallet(d, d.owner, d.agentId, d.stranger)
    const agreement = await newAgreement(d, d.parties)
    await expect(
      d.escrow.open(
        agreement,
        await sign(d, d.buyer, agreement),
        await sign(d, d.seller, agreement),
        balance,
      ),
    ).to.be.revertedWithCustomError(d.escrow, 'SellerNotBound')
  })
})
