import { ethers, expect, loadFixture } from '../base.ts'
import { balanceOf, openMarket, order, submit } from './fixture.ts'
import { BUY } from './orders.ts'

describe('ClearingHouse: members and meters', () => {
  it('admits, changes a tariff and dismisses by the admin alone', async () => {
    const d = await loadFixture(openMarket)
    const house = d.house.connect(d.admin)
    await expect(house.admit(d.market, [d.stranger], [5n]))
      .to.emit(d.house, 'MemberAdmitted')
      .withArgs(d.market, d.stranger, 5n)
    expect(await d.house.memberOf(d.market, d.stranger)).to.deep.equal([true, 5n])
    await house.admit(d.market, [d.stranger], [6n])
    expect(await d.house.memberOf(d.market, d.stranger)).to.deep.equal([true, 6n])
    await expect(house.dismiss(d.market, [d.stranger]))
      .to.emit(d.house, 'MemberDismissed')
      .withArgs(d.market, d.stranger)
    expect(await d.house.memberOf(d.market, d.stranger)).to.deep.equal([false, 6n])

    for (const other of [d.stranger, d.attester, d.balancing, d.feeAccount]) {
      const refused = d.house.connect(other)
      await expect(refused.admit(d.market, [other], [0n]))
        .to.be.revertedWithCustomError(d.house, 'NotAllowed')
        .withArgs(other, d.admin)
      await expect(refused.dismiss(d.market, [d.ada]))
        .to.be.revertedWithCustomError(d.house, 'NotAllowed')
        .withArgs(other, d.admin)
    }
  })

  it('registers meters by the attester alone', async () => {
    const d = await loadFixture(openMarket)
    await expect(d.house.connect(d.attester).registerMeters(d.market, [d.ada], [d.stranger]))
      .to.emit(d.house, 'MeterRegistered')
      .withArgs(d.market, d.ada, d.stranger)
    expect(await d.house.meterOf(d.market, d.ada)).to.equal(d.stranger)
    for (const other of [d.stranger, d.admin, d.balancing]) {
      await expect(d.house.connect(other).registerMeters(d.market, [d.ada], [other]))
        .to.be.revertedWithCustomError(d.house, 'NotAllowed')
        .withArgs(other, d.attester)
    }
  })

  it('knows no roles in a market that is not there', async () => {
    const d = await loadFixture(openMarket)
    const market = ethers.id('none')
    for (const call of [
      () => d.house.admit(market, [], []),
      () => d.house.dismiss(market, []),
      () => d.house.registerMeters(market, [], []),
      () => d.house.gateOf(market, 1n),
      () => d.house.submit(market, d.slot, [], '0x'),
      () => d.house.clear(market, d.slot, [], 0n),
      () => d.house.settleReadings(market, d.slot, []),
      () => d.house.settleSchedules(market, d.slot, []),
    ]) {
      await expect(call()).to.be.revertedWithCustomError(d.house, 'UnknownMarket').withArgs(market)
    }
  })

  it('refuses lists that do not match', async () => {
    const d = await loadFixture(openMarket)
    await expect(d.house.connect(d.admin).admit(d.market, [d.ada, d.ben], [0n]))
      .to.be.revertedWithCustomError(d.house, 'LengthMismatch')
      .withArgs(2n, 1n)
    await expect(d.house.connect(d.attester).registerMeters(d.market, [d.ada], []))
      .to.be.revertedWithCustomError(d.house, 'LengthMismatch')
      .withArgs(1n, 0n)
  })

  it('gives nobody a second order by dismissing and admitting it again', async () => {
    const d = await loadFixture(openMarket)
    const bid = order(d.ada, BUY, [1n, 1n])
    await submit(d, [bid])
    await d.house.connect(d.admin).dismiss(d.market, [d.ada])
    await d.house.connect(d.admin).admit(d.market, [d.ada], [0n])
    await expect(submit(d, [bid]))
      .to.emit(d.house, 'OrderRejected')
      .withArgs(d.market, d.slot, d.ada, 3n)
  })

  it('keeps the orders of more than 256 members apart', async () => {
    const d = await loadFixture(openMarket)
    const crowd = Array.from({ length: 260 }, (_, i) => ethers.toBeHex(BigInt(i) + 1n, 20))
    const house = d.house.connect(d.admin)
    await house.admit(
      d.market,
      crowd,
      crowd.map(() => 0n),
    )
    await house.admit(d.market, [d.stranger], [0n])
    await submit(d, [order(d.ada, BUY, [1n, 1n])])
    const others = [...crowd, d.ben.address, d.stranger.address]
    for (const account of others) expect(await d.house.hasOrdered(d.market, d.slot, account)).to.equal(false)
    expect(await d.house.hasOrdered(d.market, d.slot, d.ada)).to.equal(true)
    expect(await balanceOf(d, d.ada)).to.be.greaterThan(0n)
  })
})
