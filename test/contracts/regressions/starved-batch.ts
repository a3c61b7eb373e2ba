import { market } from '../agreement.ts'
import { expect, loadFixture, networkHelpers } from '../base.ts'
import { newTrade, signedByBoth } from '../IntentEscrow/fixture.ts'

describe('Regression: a batch starved of gas', () => {
  it('makes all of its calls or none, whatever gas its relayer gives it', async () => {
    const d = await loadFixture(market)
    const nonces = [1n, 2n, 3n, 4n]
    const calls: string[] = []
    for (const nonce of nonces) {
      const signed = await signedByBoth(d, await newTrade(d, { nonce }))
      calls.push(d.escrow.interface.encodeFunctionData('trade', signed))
    }
    const data = d.escrow.interface.encodeFunctionData('batch', [calls])
    const outcomes = new Set<number>()
    for (let gasLimit = 200_000n; gasLimit <= 1_100_000n; gasLimit += 50_000n) {
      const snapshot = await networkHelpers.takeSnapshot()
      await d.stranger.sendTransaction({ to: d.escrow, data, gasLimit }).catch(() => undefined)
      const used = await Promise.all(nonces.map((nonce) => d.escrow.isNonceUsed(d.buyer, nonce)))
      outcomes.add(used.filter(Boolean).length)
      await snapshot.restore()
    }
    expect([...outcomes].sort()).to.deep.equal([0, nonces.length])
  })
})
