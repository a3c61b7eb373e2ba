import { DOLLAR, expect, loadFixture } from '../base.ts'
import { funded } from './funded.ts'

describe('Ledger: balancesOf', () => {
  it('answers for many at once, in their order, fees left out', async () => {
    const d = await loadFixture(funded)
    await d.asModule.move(d.token, d.buyer, d.seller, 7n, 2n)
    const accounts = [d.seller, d.stranger, d.buyer, d.seller]
    expect([...(await d.ledger.balancesOf(d.token, accounts))]).to.deep.equal([7n, 0n, DOLLAR - 9n, 7n])
    expect([...(await d.ledger.balancesOf(d.token, []))]).to.deep.equal([])
    expect([...(await d.ledger.balancesOf(d.addresses.escrow, [d.buyer]))]).to.deep.equal([0n])
  })
})
