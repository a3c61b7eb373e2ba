import { DOLLAR, ethers, expect, loadFixture } from '../base.ts'
import { balancesOf, funded } from './funded.ts'

describe('Ledger: settle', () => {
  it('changes many balances by what adds up to nothing', async () => {
    const d = await loadFixture(funded)
    const accounts = [d.buyer.address, d.seller.address, d.owner.address, d.stranger.address]
    await d.asModule.settle(d.token, accounts, [-10n, 4n, 6n, 0n])
    expect(await balancesOf(d, ...accounts)).to.deep.equal([DOLLAR - 10n, 4n, 6n, 0n])
  })

  it('adds up an account that occurs several times', async () => {
    const d = await loadFixture(funded)
    const accounts = [d.buyer.address, d.seller.address, d.seller.address, d.buyer.address]
    await d.asModule.settle(d.token, accounts, [-10n, 7n, -3n, 6n])
    expect(await balancesOf(d, d.buyer.address, d.seller.address)).to.deep.equal([DOLLAR - 4n, 4n])
  })

  it('settles nothing among nobody', async () => {
    const d = await loadFixture(funded)
    await d.asModule.settle(d.token, [], [])
  })

  it('refuses what does not add up to nothing', async () => {
    const d = await loadFixture(funded)
    for (const [delta, sum] of [
      [11n, 1n],
      [9n, -1n],
    ] as const) {
      await expect(d.asModule.settle(d.token, [d.buyer, d.seller], [-10n, delta]))
        .to.be.revertedWithCustomError(d.ledger, 'Unbalanced')
        .withArgs(sum)
    }
  })

  it('refuses lists of different lengths', async () => {
    const d = await loadFixture(funded)
    await expect(d.asModule.settle(d.token, [d.buyer], []))
      .to.be.revertedWithCustomError(d.ledger, 'LengthMismatch')
      .withArgs(1, 0)
    await expect(d.asModule.settle(d.token, [d.buyer], [0n, 0n]))
      .to.be.revertedWithCustomError(d.ledger, 'LengthMismatch')
      .withArgs(1, 2)
  })

  it('lets nobody owe, not even for a moment', async () => {
    const d = await loadFixture(funded)
    await expect(d.asModule.settle(d.token, [d.seller, d.buyer, d.seller], [-1n, -1n, 2n]))
      .to.be.revertedWithCustomError(d.ledger, 'BalanceTooLow')
      .withArgs(d.token, d.seller, 0n, 1n)
  })

  it('is not fooled by deltas whose sum wraps around or that have no negative', async () => {
    const d = await loadFixture(funded)
    const { MaxInt256, MinInt256 } = ethers
    await expect(d.asModule.settle(d.token, [d.buyer], [MinInt256])).to.be.revertedWithPanic(0x11)
    const accounts = [d.seller, d.seller]
    await expect(d.asModule.settle(d.token, accounts, [MaxInt256, 1n])).to.be.revertedWithCustomError(
      d.ledger,
      'BalanceTooLarge',
    )
  })

  it('refuses a balance beyond 128 bits', async () => {
    const d = await loadFixture(funded)
    await d.asModule.give(d.token, d.seller, 2n ** 128n - 1n, 0n)
    await expect(d.asModule.settle(d.token, [d.buyer, d.seller], [-1n, 1n]))
      .to.be.revertedWithCustomError(d.ledger, 'BalanceTooLarge')
      .withArgs(d.token, d.seller, 1n)
  })
})
