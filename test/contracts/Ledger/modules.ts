import { ethers, expect, loadFixture } from '../base.ts'
import { funded } from './funded.ts'

describe('Ledger: what only modules may do', () => {
  it('is refused to everybody else, the account itself included', async () => {
    const d = await loadFixture(funded)
    const ledger = d.ledger.connect(d.buyer)
    const word = ethers.ZeroHash
    const calls = [
      () => ledger.take(d.token, d.buyer, 1n),
      () => ledger.takeFor(d.token, d.buyer, 1n, d.seller, 1n),
      () => ledger.give(d.token, d.seller, 1n, 0n),
      () => ledger.move(d.token, d.buyer, d.seller, 1n, 0n),
      () => ledger.moveFor(d.token, d.buyer, 1n, d.seller, 1n, 0n),
      () => ledger.settle(d.token, [], []),
      () => ledger.pullWithPermit(d.token, d.buyer, 1n, 1n, 1n, '0x'),
      () => ledger.pullWithAuthorization(d.token, d.buyer, 1n, 0n, 1n, word, '0x'),
    ]
    for (const call of calls) {
      await expect(call()).to.be.revertedWithCustomError(d.ledger, 'NotModule').withArgs(d.buyer)
    }
  })
})
