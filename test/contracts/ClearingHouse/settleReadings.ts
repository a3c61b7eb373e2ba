import { DOLLAR, ethers, expect, loadFixture, time } from '../base.ts'
import {
  balanceOf,
  CAPACITY,
  closeReadings,
  endOf,
  endSlot,
  keyOf,
  openMarket,
  READING_WINDOW,
} from './fixture.ts'
import { clearedMarket, endedMarket, measure, unfundedMarket } from './settled.ts'

const [ADA, BEN, CEM, DUA] = [0, 1, 2, 3]
const REFUSED = { position: 1n, again: 2n, signature: 3n, balancing: 4n }

describe('ClearingHouse: settleReadings', () => {
  it('gives a seller that exported what it sold its reserve back', async () => {
    const d = await loadFixture(endedMarket)
    const before = await balanceOf(d, d.ben)
    await expect(d.house.settleReadings(d.market, d.slot, [await measure(d, BEN, { exported: 900n })]))
      .to.emit(d.house, 'PositionSettled')
      .withArgs(d.market, d.slot, d.ben, 270_000n, 0n)
    expect(await balanceOf(d, d.ben)).to.equal(before + 270_000n)
    expect(await balanceOf(d, d.balancing)).to.equal(10n * DOLLAR)
    expect(await d.house.isSettled(d.market, d.slot, BEN)).to.equal(true)
    expect(await d.house.isSettled(d.market, d.slot, DUA)).to.equal(false)
  })

  it('lets a seller make good at retail price what it did not export, and the buyer pay all the same', async () => {
    const d = await loadFixture(endedMarket)
    const [ada, ben] = [await balanceOf(d, d.ada), await balanceOf(d, d.ben)]
    await expect(
      d.house.settleReadings(d.market, d.slot, [
        await measure(d, BEN, { exported: 299n, imported: 5n }),
        await measure(d, ADA, { imported: 1000n }),
      ]),
    )
      .to.emit(d.house, 'PositionSettled')
      .withArgs(d.market, d.slot, d.ben, 89_700n, -601n)
    expect(await balanceOf(d, d.ben)).to.equal(ben + 89_700n)
    expect(await balanceOf(d, d.balancing)).to.equal(10n * DOLLAR + 180_300n)
    expect(await balanceOf(d, d.ada)).to.equal(ada)
  })

  it('pays the excess price for what a seller exported beyond, up to the capacity', async () => {
    const d = await loadFixture(endedMarket)
    const [ben, dua] = [await balanceOf(d, d.ben), await balanceOf(d, d.dua)]
    await d.house.settleReadings(d.market, d.slot, [
      await measure(d, BEN, { exported: 1001n }),
      await measure(d, DUA, { exported: 2n ** 64n - 1n }),
    ])
    expect(await balanceOf(d, d.ben)).to.equal(ben + 270_000n + 8_080n)
    const excess = ((CAPACITY - 600n) * 80_000n) / 1000n
    expect(await balanceOf(d, d.dua)).to.equal(dua + 180_000n + excess)
    expect(await balanceOf(d, d.balancing)).to.equal(10n * DOLLAR - 8_080n - excess)
  })

  it('pays a buyer nothing for what it did not use, and takes nothing for what it used beyond', async () => {
    const d = await loadFixture(endedMarket)
    const [ada, cem] = [await balanceOf(d, d.ada), await balanceOf(d, d.cem)]
    await expect(
      d.house.settleReadings(d.market, d.slot, [
        await measure(d, ADA, { imported: 400n, exported: 9n }),
        await measure(d, CEM, { imported: 501n }),
      ]),
    )
      .to.emit(d.house, 'PositionSettled')
      .withArgs(d.market, d.slot, d.ada, 0n, -600n)
      .and.to.emit(d.house, 'PositionSettled')
      .withArgs(d.market, d.slot, d.cem, 0n, 1n)
    expect(await balanceOf(d, d.ada)).to.equal(ada)
    expect(await balanceOf(d, d.cem)).to.equal(cem)
    expect(await balanceOf(d, d.balancing)).to.equal(10n * DOLLAR)
  })

  it('pays nobody for selling to himself, delivering nothing and keeping a reading back', async () => {
    const d = await loadFixture(endedMarket)
    const unused = await measure(d, ADA, { imported: 0n })
    await d.house.settleReadings(d.market, d.slot, [unused])
    await closeReadings(d.slot)
    await d.house.settleSchedules(d.market, d.slot, [d.tree.claim(BEN)])
    expect(await balanceOf(d, d.balancing)).to.equal(10n * DOLLAR)
  })

  it('settles a position once, in one batch or in two', async () => {
    const d = await loadFixture(endedMarket)
    const reading = await measure(d, BEN, { exported: 900n })
    const other = await measure(d, BEN, { exported: 100n })
    const refused = [d.market, d.slot, d.ben, REFUSED.again]
    await expect(d.house.settleReadings(d.market, d.slot, [reading, other]))
      .to.emit(d.house, 'ClaimRefused')
      .withArgs(...refused)
    const balance = await balanceOf(d, d.ben)
    await expect(d.house.settleReadings(d.market, d.slot, [reading]))
      .to.emit(d.house, 'ClaimRefused')
      .withArgs(...refused)
    expect(await balanceOf(d, d.ben)).to.equal(balance)
    expect(await d.ledger.balanceOf(d.token, d.house)).to.equal(180_000n)
  })

  it('leaves a forged reading out and settles the rest', async () => {
    const d = await loadFixture(endedMarket)
    const good = await measure(d, DUA, { exported: 600n })
    const true_ = await measure(d, BEN, { exported: 100n })
    const { account } = true_.claim.position
    const value = { market: d.market, slot: d.slot, account, imported: 0n, exported: 100n }
    const types = {
      Reading: ['bytes32 market', 'uint64 slot', 'address account', 'uint64 imported', 'uint64 exported'].map(
        (each) => {
          const [type = '', name = ''] = each.split(' ')
          return { type, name }
        },
      ),
    }
    const meter = d.meterOf(d.ben.address)
    const sign = (domain: object, changes: object) =>
      meter.signTypedData({ ...d.domain, ...domain }, types, { ...value, ...changes })
    for (const signature of [
      (await measure(d, BEN, { exported: 100n }, d.ben)).signature,
      (await measure(d, BEN, { exported: 100n }, d.meterOf(d.dua.address))).signature,
      await sign({}, { market: ethers.id('other') }),
      await sign({}, { slot: d.slot + 1n }),
      await sign({}, { account: d.dua.address }),
      await sign({}, { exported: 900n }),
      await sign({}, { imported: 1n }),
      await sign({ chainId: 1n }, {}),
      await sign({ verifyingContract: d.ben.address }, {}),
      '0x',
    ]) {
      const snapshot = await ethers.provider.send('evm_snapshot', [])
      await expect(d.house.settleReadings(d.market, d.slot, [{ ...true_, signature }, good]))
        .to.emit(d.house, 'ClaimRefused')
        .withArgs(d.market, d.slot, d.ben, REFUSED.signature)
        .and.to.emit(d.house, 'PositionSettled')
        .withArgs(d.market, d.slot, d.dua, 180_000n, 0n)
      await ethers.provider.send('evm_revert', [snapshot])
    }
    expect(await sign({}, {})).to.equal(true_.signature)
  })

  it('believes no meter that the attester did not register, or has struck off', async () => {
    const d = await loadFixture(endedMarket)
    const reading = await measure(d, BEN, { exported: 900n })
    await d.house.connect(d.attester).registerMeters(d.market, [d.ben], [ethers.ZeroAddress])
    const settle = () => d.house.settleReadings(d.market, d.slot, [reading])
    await expect(settle())
      .to.emit(d.house, 'ClaimRefused')
      .withArgs(d.market, d.slot, d.ben, REFUSED.signature)
    const nobody = { ...reading, signature: `0x${'00'.repeat(64)}1b` }
    await expect(d.house.settleReadings(d.market, d.slot, [nobody])).to.emit(d.house, 'ClaimRefused')
    await d.house.connect(d.attester).registerMeters(d.market, [d.ben], [keyOf('another')])
    await expect(settle()).to.emit(d.house, 'ClaimRefused')
    await d.house.connect(d.attester).registerMeters(d.market, [d.ben], [d.meterOf(d.ben.address)])
    await expect(settle()).to.emit(d.house, 'PositionSettled')
  })

  it('settles only positions of the slot', async () => {
    const d = await loadFixture(endedMarket)
    const reading = await measure(d, BEN, { exported: 900n })
    const { position, proof } = reading.claim
    const [sibling = ''] = proof
    for (const claim of [
      { position: { ...position, quantity: -901n }, proof },
      { position: { ...position, quantity: 900n }, proof },
      { position: { ...position, index: 3 }, proof },
      { position: { ...position, account: d.dua.address }, proof },
      { position, proof: proof.slice(1) },
      { position, proof: [...proof, sibling] },
      { position, proof: [] },
    ]) {
      await expect(d.house.settleReadings(d.market, d.slot, [{ ...reading, claim }]))
        .to.emit(d.house, 'ClaimRefused')
        .withArgs(d.market, d.slot, claim.position.account, REFUSED.position)
    }
  })

  it('pays excess whole or not yet', async () => {
    const d = await loadFixture(unfundedMarket)
    await endSlot(d.slot)
    const excess = await measure(d, DUA, { exported: 1200n })
    const shortfall = await measure(d, BEN, { exported: 740n })
    await expect(d.house.settleReadings(d.market, d.slot, [excess]))
      .to.emit(d.house, 'ClaimRefused')
      .withArgs(d.market, d.slot, d.dua, REFUSED.balancing)
    await expect(d.house.settleReadings(d.market, d.slot, [shortfall, excess]))
      .to.emit(d.house, 'PositionSettled')
      .withArgs(d.market, d.slot, d.dua, 180_000n + 48_000n, 600n)
    expect(await balanceOf(d, d.balancing)).to.equal(0n)
  })

  it('counts readings from the end of the slot up to the end of the window', async () => {
    const d = await loadFixture(clearedMarket)
    const [ben, dua] = [await measure(d, BEN, { exported: 900n }), await measure(d, DUA, { exported: 600n })]
    const until = endOf(d.slot) + READING_WINDOW
    const settle = (reading: typeof ben) => d.house.settleReadings(d.market, d.slot, [reading])
    await time.setNextBlockTimestamp(endOf(d.slot) - 1)
    await expect(settle(ben))
      .to.be.revertedWithCustomError(d.house, 'ReadingsClosed')
      .withArgs(endOf(d.slot), until, endOf(d.slot) - 1)
    await endSlot(d.slot)
    await expect(settle(ben)).to.emit(d.house, 'PositionSettled')
    await time.setNextBlockTimestamp(until)
    await expect(settle(dua)).to.emit(d.house, 'PositionSettled')
    await expect(settle(dua))
      .to.be.revertedWithCustomError(d.house, 'ReadingsClosed')
      .withArgs(endOf(d.slot), until, until + 1)
  })

  it('settles nothing of a slot that was not cleared', async () => {
    const d = await loadFixture(openMarket)
    await endSlot(d.slot)
    await expect(d.house.settleReadings(d.market, d.slot, []))
      .to.be.revertedWithCustomError(d.house, 'NotCleared')
      .withArgs(d.market, d.slot)
  })
})
