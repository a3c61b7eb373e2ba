import { authorization, MAX_SECOND } from '../agreement.ts'
import { DOLLAR, ethers, expect, loadFixture } from '../base.ts'
import { signatureOf } from '../IntentEscrow/wallet-market.ts'
import { funded } from './funded.ts'

const NONCE = ethers.id('nonce')

async function signed(d: Awaited<ReturnType<typeof funded>>, value: bigint) {
  return signatureOf(await authorization(d, NONCE, value))
}

describe('Ledger: pullWithAuthorization', () => {
  it('takes what was authorised, credits nobody, and the module holds it', async () => {
    const d = await loadFixture(funded)
    const pull = async (amount: bigint) =>
      d.asModule.pullWithAuthorization(
        d.token,
        d.buyer,
        amount,
        0n,
        MAX_SECOND,
        NONCE,
        await signed(d, DOLLAR),
      )
    await expect(pull(DOLLAR - 1n)).to.be.revertedWithCustomError(d.token, 'ERC3009InvalidSignature')
    await pull(DOLLAR)
    expect(await d.token.balanceOf(d.ledger)).to.equal(2n * DOLLAR)
    expect(await d.ledger.balanceOf(d.token, d.buyer)).to.equal(DOLLAR)
    await expect(pull(DOLLAR))
      .to.be.revertedWithCustomError(d.token, 'ERC3009UsedAuthorization')
      .withArgs(d.buyer, NONCE)
  })

  it('refuses a token that is no contract', async () => {
    const d = await loadFixture(funded)
    const call = d.asModule.pullWithAuthorization(d.stranger, d.buyer, 1n, 0n, 1n, NONCE, '0x')
    await expect(call).to.be.revert(ethers)
  })

  it('fails with a token that has no authorisations', async () => {
    const d = await loadFixture(funded)
    const old = await ethers.deployContract('NoReturnToken')
    const call = d.asModule.pullWithAuthorization(old, d.buyer, 1n, 0n, 1n, NONCE, '0x')
    await expect(call).to.be.revertedWithCustomError(d.ledger, 'FailedCall')
  })
})
