import {
  authorization,
  encodeFunding,
  FundingKind,
  MAX_SECOND,
  newDeal,
  open,
  PAYMENT,
  Status,
} from '../agreement.ts'
import { ethers, expect, loadFixture, time } from '../base.ts'
import { expectPaidFromWallet, signatureOf, walletMarket } from './wallet-market.ts'

describe('IntentEscrow: open with an authorisation (EIP-3009)', () => {
  it('pulls the payment from the wallet', async () => {
    const d = await loadFixture(walletMarket)
    const before = await d.token.balanceOf(d.buyer)
    const deal = await newDeal(d)
    await expect(open(d, deal, await authorization(d, deal.id)))
      .to.emit(d.token, 'AuthorizationUsed')
      .withArgs(d.buyer, deal.id)
    await expectPaidFromWallet(d, before)
  })

  it('refuses an authorisation made for another agreement', async () => {
    const d = await loadFixture(walletMarket)
    const other = await newDeal(d, { nonce: 2n })
    await expect(open(d, await newDeal(d), await authorization(d, other.id))).to.be.revertedWithCustomError(
      d.token,
      'ERC3009InvalidSignature',
    )
  })

  it('refuses another amount than the payment', async () => {
    const d = await loadFixture(walletMarket)
    const deal = await newDeal(d)
    for (const value of [PAYMENT - 1n, PAYMENT + 1n]) {
      await expect(open(d, deal, await authorization(d, deal.id, value))).to.be.revertedWithCustomError(
        d.token,
        'ERC3009InvalidSignature',
      )
    }
  })

  it('refuses an authorisation for another payee or of another type', async () => {
    const d = await loadFixture(walletMarket)
    const deal = await newDeal(d)
    for (const options of [{ to: d.addresses.escrow }, { primaryType: 'Transfer' }]) {
      await expect(
        open(d, deal, await authorization(d, deal.id, PAYMENT, options)),
      ).to.be.revertedWithCustomError(d.token, 'ERC3009InvalidSignature')
    }
  })

  it('refuses an authorisation before and after its time', async () => {
    const d = await loadFixture(walletMarket)
    const deal = await newDeal(d)
    const now = BigInt(await time.latest())
    for (const options of [{ validAfter: now + 1000n }, { validBefore: now }]) {
      await expect(
        open(d, deal, await authorization(d, deal.id, PAYMENT, options)),
      ).to.be.revertedWithCustomError(d.token, 'ERC3009InvalidAuthorizationTime')
    }
  })

  it('refuses an authorisation that the buyer cancelled', async () => {
    const d = await loadFixture(walletMarket)
    const deal = await newDeal(d)
    const { name, version, chainId, verifyingContract } = await d.token.eip712Domain()
    const types = {
      CancelAuthorization: [
        { name: 'authorizer', type: 'address' },
        { name: 'nonce', type: 'bytes32' },
      ],
    }
    const message = { authorizer: d.buyer.address, nonce: deal.id }
    const signed = await d.buyer.signTypedData({ name, version, chainId, verifyingContract }, types, message)
    const { v, r, s } = ethers.Signature.from(signed)
    await d.token.cancelAuthorization(d.buyer, deal.id, v, r, s)
    await expect(open(d, deal, await authorization(d, deal.id)))
      .to.be.revertedWithCustomError(d.token, 'ERC3009UsedAuthorization')
      .withArgs(d.buyer, deal.id)
  })

  it('refuses a signature of the wrong length', async () => {
    const d = await loadFixture(walletMarket)
    const deal = await newDeal(d)
    const longer = ethers.concat([signatureOf(await authorization(d, deal.id)), '0x00'])
    const funding = encodeFunding(FundingKind.Authorization, 0n, MAX_SECOND, longer)
    await expect(open(d, deal, funding)).to.be.revertedWithCustomError(d.token, 'ECDSAInvalidSignature')
  })

  it('takes the token of the agreement, and no other that the buyer authorised under the same nonce', async () => {
    const d = await loadFixture(walletMarket)
    const other = await ethers.deployContract('TestDollar')
    const deal = await newDeal(d, { token: await other.getAddress() })
    await expect(open(d, deal, await authorization(d, deal.id))).to.be.revertedWithCustomError(
      other,
      'ERC3009InvalidSignature',
    )
    expect(await d.escrow.statusOf(deal.id)).to.equal(Status.None)
  })
})
