import { authorization, newAgreement, open, PAYMENT, Status } from '../agreement.ts'
import { ethers, expect, loadFixture, time } from '../base.ts'
import { expectPaidFromWallet, walletMarket } from './wallet-market.ts'

describe('IntentEscrow: open with an authorisation (EIP-3009)', () => {
  it('pulls the payment from the wallet', async () => {
    const d = await loadFixture(walletMarket)
    const before = await d.token.balanceOf(d.buyer)
    const agreement = await newAgreement(d)
    const id = await d.escrow.idOf(agreement)
    await expect(open(d, agreement, await authorization(d, id)))
      .to.emit(d.token, 'AuthorizationUsed')
      .withArgs(d.buyer, id)
    await expectPaidFromWallet(d, before)
  })

  it('refuses an authorisation made for another agreement', async () => {
    const d = await loadFixture(walletMarket)
    const other = await d.escrow.idOf(await newAgreement(d, { nonce: 2n }))
    await expect(open(d, await newAgreement(d), await authorization(d, other))).to.be.revertedWithCustomError(
      d.token,
      'ERC3009InvalidSignature',
    )
  })

  it('cannot be taken out of order: only the ledger may, and only the escrow makes it', async () => {
    const d = await loadFixture(walletMarket)
    const agreement = await newAgreement(d)
    const id = await d.escrow.idOf(agreement)
    const funding = await authorization(d, id)
    const { v, r, s } = ethers.Signature.from(ethers.hexlify(funding.signature))
    const args = [d.buyer, d.ledger, PAYMENT, funding.validAfter, funding.validBefore, id, v, r, s] as const
    await expect(d.token.connect(d.stranger).receiveWithAuthorization(...args)).to.be.revertedWithCustomError(
      d.token,
      'ERC20InvalidReceiver',
    )
    await expect(
      d.token.connect(d.stranger).transferWithAuthorization(...args),
    ).to.be.revertedWithCustomError(d.token, 'ERC3009InvalidSignature')
    await expect(
      d.ledger
        .connect(d.stranger)
        .pullWithAuthorization(
          d.token,
          d.buyer,
          d.stranger,
          PAYMENT,
          funding.validAfter,
          funding.validBefore,
          id,
          funding.signature,
        ),
    ).to.be.revertedWithCustomError(d.ledger, 'NotModule')
    await open(d, agreement, funding)
    expect(await d.escrow.statusOf(id)).to.equal(Status.Open)
  })

  it('refuses another amount than the payment', async () => {
    const d = await loadFixture(walletMarket)
    const agreement = await newAgreement(d)
    const id = await d.escrow.idOf(agreement)
    for (const value of [PAYMENT - 1n, PAYMENT + 1n]) {
      await expect(open(d, agreement, await authorization(d, id, value))).to.be.revertedWithCustomError(
        d.token,
        'ERC3009InvalidSignature',
      )
    }
  })

  it('refuses an authorisation for another payee or of another type', async () => {
    const d = await loadFixture(walletMarket)
    const agreement = await newAgreement(d)
    const id = await d.escrow.idOf(agreement)
    for (const options of [{ to: d.addresses.escrow }, { primaryType: 'Transfer' }]) {
      await expect(
        open(d, agreement, await authorization(d, id, PAYMENT, options)),
      ).to.be.revertedWithCustomError(d.token, 'ERC3009InvalidSignature')
    }
  })

  it('refuses an authorisation before and after its time', async () => {
    const d = await loadFixture(walletMarket)
    const agreement = await newAgreement(d)
    const id = await d.escrow.idOf(agreement)
    const now = BigInt(await time.latest())
    for (const options of [{ validAfter: now + 1000n }, { validBefore: now }]) {
      await expect(
        open(d, agreement, await authorization(d, id, PAYMENT, options)),
      ).to.be.revertedWithCustomError(d.token, 'ERC3009InvalidAuthorizationTime')
    }
  })

  it('refuses an authorisation that the buyer cancelled', async () => {
    const d = await loadFixture(walletMarket)
    const agreement = await newAgreement(d)
    const id = await d.escrow.idOf(agreement)
    const { name, version, chainId, verifyingContract } = await d.token.eip712Domain()
    const types = {
      CancelAuthorization: [
        { name: 'authorizer', type: 'address' },
        { name: 'nonce', type: 'bytes32' },
      ],
    }
    const message = { authorizer: d.buyer.address, nonce: id }
    const signed = await d.buyer.signTypedData({ name, version, chainId, verifyingContract }, types, message)
    const { v, r, s } = ethers.Signature.from(signed)
    await d.token.cancelAuthorization(d.buyer, id, v, r, s)
    await expect(open(d, agreement, await authorization(d, id)))
      .to.be.revertedWithCustomError(d.token, 'ERC3009UsedAuthorization')
      .withArgs(d.buyer, id)
  })

  it('refuses a signature of the wrong length', async () => {
    const d = await loadFixture(walletMarket)
    const agreement = await newAgreement(d)
    const funding = await authorization(d, await d.escrow.idOf(agreement))
    const longer = { ...funding, signature: ethers.concat([funding.signature, '0x00']) }
    await expect(open(d, agreement, longer)).to.be.revertedWithCustomError(d.token, 'ECDSAInvalidSignature')
  })
})
