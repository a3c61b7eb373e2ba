import { DOLLAR, expect, loadFixture, time } from '../base.ts'
import { balanceOf, closeReadings, endOf, openMarket, READING_WINDOW } from './fixture.ts'
import { clearedMarket, endedMarket, measure } from './settled.ts'

const [ADA, BEN, CEM, DUA] = [0, 1, 2, 3]

describe('ClearingHouse: settleSchedules', () => {
  it('gives every seller its reserve back when no meter has answered, by anybody', async () => {
    const d = await loadFixture(clearedMarket)
    const before = await Promise.all(d.members.map((each) => balanceOf(d, each)))
    await closeReadings(d.slot)
    const claims = [ADA, BEN, CEM, DUA].map((index) => d.tree.claim(index))
    await expect(d.house.connect(d.stranger).settleSchedules(d.market, d.slot, claims))
      .to.emit(d.house, 'PositionSettled')
      .withArgs(d.market, d.slot, d.ben, 270_000n, 0n)
    const after = await Promise.all(d.members.map((each) => balanceOf(d, each)))
    expect(after.map((balance, i) => balance - (before[i] ?? 0n))).to.deep.equal([0n, 270_000n, 0n, 180_000n])
    expect(await d.ledger.balanceOf(d.token, d.house)).to.equal(0n)
    expect(await balanceOf(d, d.balancing)).to.equal(10n * DOLLAR)
  })

  it('leaves out what was settled before, and what is no position', async () => {
    const d = await loadFixture(endedMarket)
    await d.house.settleReadings(d.market, d.slot, [await measure(d, BEN, { exported: 0n })])
    await closeReadings(d.slot)
    const balance = await balanceOf(d, d.ben)
    const { position, proof } = d.tree.claim(DUA)
    const claims = [
      d.tree.claim(BEN),
      { position: { ...position, quantity: -10_000n }, proof },
      d.tree.claim(DUA),
    ]
    await expect(d.house.settleSchedules(d.market, d.slot, claims))
      .to.emit(d.house, 'ClaimRefused')
      .withArgs(d.market, d.slot, d.ben, 2n)
      .and.to.emit(d.house, 'ClaimRefused')
      .withArgs(d.market, d.slot, d.dua, 1n)
      .and.to.emit(d.house, 'PositionSettled')
      .withArgs(d.market, d.slot, d.dua, 180_000n, 0n)
    await expect(d.house.settleSchedules(d.market, d.slot, claims)).not.to.emit(d.house, 'PositionSettled')
    expect(await balanceOf(d, d.ben)).to.equal(balance)
  })

  it('waits for the end of the window', async () => {
    const d = await loadFixture(clearedMarket)
    const until = endOf(d.slot) + READING_WINDOW
    await time.setNextBlockTimestamp(until)
    await expect(d.house.settleSchedules(d.market, d.slot, [d.tree.claim(BEN)]))
      .to.be.revertedWithCustomError(d.house, 'ReadingsOpen')
      .withArgs(until, until)
    await closeReadings(d.slot)
    await expect(d.house.settleSchedules(d.market, d.slot, [d.tree.claim(BEN)])).to.emit(
      d.house,
      'PositionSettled',
    )
  })

  it('settles nothing of a slot that was not cleared', async () => {
    const d = await loadFixture(openMarket)
    await closeReadings(d.slot)
    await expect(d.house.settleSchedules(d.market, d.slot, []))
      .to.be.revertedWithCustomError(d.house, 'NotCleared')
      .withArgs(d.market, d.slot)
  })
})
