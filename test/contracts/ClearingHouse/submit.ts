import { ethers, expect, loadFixture, time } from '../base.ts'
import {
  CAPACITY,
  closeGate,
  gateOf,
  keyOf,
  type OpenMarket,
  openMarket,
  order,
  signAll,
  submit,
} from './fixture.ts'
import { BUY, type Order, pack, packAll, packSignatures, SELL, signOrder } from './orders.ts'

const REJECTED = { full: 1n, stranger: 2n, again: 3n, tariff: 4n, steps: 5n, signature: 6n }

/** Submits one order with a signature of its account's key and expects the rejection. */
async function expectRejected(d: OpenMarket, wrong: Order, rejection: bigint, keys = d.members) {
  const signatures = await signAll(d, d.slot, [wrong], keys)
  await expect(d.house.submit(d.market, d.slot, pack(wrong), packSignatures(signatures)))
    .to.emit(d.house, 'OrderRejected')
    .withArgs(d.market, d.slot, wrong.account, rejection)
  expect((await d.house.slotOf(d.market, d.slot)).count).to.equal(0n)
}

describe('ClearingHouse: submit', () => {
  it('logs what it accepts, counts it and extends the hash chain', async () => {
    const d = await loadFixture(openMarket)
    const first = [order(d.ada, BUY, [30n, 500n], [20n, 300n], [-5n, 1n]), order(d.ben, SELL, [-7n, 10n])]
    const second = [order(d.cem, SELL, [1n, 1n], [2n, 2n])]
    await expect(submit(d, first))
      .to.emit(d.house, 'OrdersSubmitted')
      .withArgs(d.market, d.slot, 0n, packAll(first))
    await expect(submit(d, second))
      .to.emit(d.house, 'OrdersSubmitted')
      .withArgs(d.market, d.slot, 2n, packAll(second))
    const chain = [...first, ...second].reduce(
      (hash, each) =>
        ethers.keccak256(ethers.concat([hash, ...pack(each).map((word) => ethers.toBeHex(word, 32))])),
      ethers.ZeroHash,
    )
    expect(await d.house.slotOf(d.market, d.slot)).to.deep.equal([3n, false, 0n, chain])
    expect(await d.house.hasOrdered(d.market, d.slot, d.cem)).to.equal(true)
    expect(await d.house.hasOrdered(d.market, d.slot, d.dua)).to.equal(false)
    expect(await d.house.hasOrdered(d.market, d.slot + 1n, d.cem)).to.equal(false)
  })

  it('asks an account to sign what wallets can show', async () => {
    const d = await loadFixture(openMarket)
    const bid = order(d.ada, SELL, [-30n, 500n], [20n, 2n ** 40n], [21n, 7n])
    const tariffed = { ...bid, tariff: 77n }
    for (const each of [bid, tariffed]) {
      const digest = await d.house.orderDigest(d.market, d.slot, pack(each))
      const signature = await signOrder(d.ada, d.domain, d.market, d.slot, each)
      expect(ethers.recoverAddress(digest, signature)).to.equal(d.ada.address)
    }
    await expect(d.house.orderDigest(d.market, d.slot, packAll([bid, bid])))
      .to.be.revertedWithCustomError(d.house, 'MalformedBook')
      .withArgs(3n)
  })

  it('leaves out what is not acceptable and keeps the rest in its sequence', async () => {
    const d = await loadFixture(openMarket)
    const good = [order(d.ada, BUY, [30n, 500n]), order(d.cem, SELL, [1n, 5n], [2n, 5n], [3n, 5n])]
    const forged = order(d.ben, SELL, [1n, 1n])
    const book = [good[0], forged, good[1]] as Order[]
    const signatures = await signAll(d, d.slot, book, d.members)
    signatures[1] = await signOrder(d.dua, d.domain, d.market, d.slot, forged)
    await expect(d.house.submit(d.market, d.slot, packAll(book), packSignatures(signatures)))
      .to.emit(d.house, 'OrdersSubmitted')
      .withArgs(d.market, d.slot, 0n, packAll(good))
      .and.to.emit(d.house, 'OrderRejected')
      .withArgs(d.market, d.slot, d.ben, REJECTED.signature)
    await expect(submit(d, [forged])).to.emit(d.house, 'OrdersSubmitted')
  })

  it('takes one order per account and slot, the first', async () => {
    const d = await loadFixture(openMarket)
    const orders = [order(d.ada, BUY, [30n, 1n]), order(d.ada, BUY, [40n, 1n])]
    await expect(submit(d, orders))
      .to.emit(d.house, 'OrderRejected')
      .withArgs(d.market, d.slot, d.ada, REJECTED.again)
      .and.to.emit(d.house, 'OrdersSubmitted')
      .withArgs(d.market, d.slot, 0n, packAll(orders.slice(0, 1)))
    await expect(submit(d, orders))
      .to.emit(d.house, 'OrderRejected')
      .and.not.to.emit(d.house, 'OrdersSubmitted')
    await expect(submit(d, orders.slice(1), d.slot + 1n)).to.emit(d.house, 'OrdersSubmitted')
  })

  it('leaves strangers, dismissed members and other tariffs out', async () => {
    const d = await loadFixture(openMarket)
    const stranger = keyOf('stranger')
    await expectRejected(d, order(stranger, BUY, [1n, 1n]), REJECTED.stranger, [stranger])
    await d.house.connect(d.admin).dismiss(d.market, [d.ada])
    await expectRejected(d, order(d.ada, BUY, [1n, 1n]), REJECTED.stranger)
    await d.house.connect(d.admin).admit(d.market, [d.ben], [5n])
    await expectRejected(d, order(d.ben, BUY, [1n, 1n]), REJECTED.tariff)
    await expectRejected(d, { ...order(d.cem, BUY, [1n, 1n]), tariff: 1n }, REJECTED.tariff)
    await expect(submit(d, [{ ...order(d.ben, BUY, [1n, 1n]), tariff: 5n }])).to.emit(
      d.house,
      'OrdersSubmitted',
    )
  })

  it('leaves steps out of bounds or sequence out', async () => {
    const d = await loadFixture(openMarket)
    const { minPrice, maxPrice } = d.rules
    for (const wrong of [
      order(d.ada, BUY, [1n, 0n]),
      order(d.ada, BUY, [2n, 1n], [1n, 0n]),
      order(d.ada, BUY, [maxPrice + 1n, 1n]),
      order(d.ada, BUY, [minPrice - 1n, 1n]),
      order(d.ada, BUY, [0n, 1n], [minPrice - 1n, 1n]),
      order(d.ada, BUY, [1n, 1n], [2n, 1n]),
      order(d.ada, BUY, [2n, 1n], [2n, 1n]),
      order(d.ada, BUY, [2n, CAPACITY], [1n, 1n]),
      order(d.ada, BUY, [2n, 2n ** 64n - 1n], [1n, 2n ** 64n - 1n]),
      order(d.ada, SELL, [maxPrice + 1n, 1n]),
      order(d.ada, SELL, [minPrice - 1n, 1n]),
      order(d.ada, SELL, [0n, 1n], [maxPrice + 1n, 1n]),
      order(d.ada, SELL, [2n, 1n], [1n, 1n]),
      order(d.ada, SELL, [2n, 1n], [3n, 1n], [3n, 1n]),
      order(d.ada, SELL, [1n, CAPACITY + 1n]),
    ]) {
      await expectRejected(d, wrong, REJECTED.steps)
    }
    const widest = order(d.ada, BUY, [maxPrice, 1n], [minPrice, CAPACITY - 1n])
    await expect(submit(d, [widest, order(d.ben, SELL, [minPrice, 1n], [maxPrice, 1n])]))
      .to.emit(d.house, 'OrdersSubmitted')
      .and.not.to.emit(d.house, 'OrderRejected')
  })

  it('leaves an order out that was signed for anything else', async () => {
    const d = await loadFixture(openMarket)
    const bid = order(d.ada, BUY, [20n, 5n], [10n, 5n])
    const other = ethers.id('other')
    const chainId = 1n
    for (const signature of [
      await signOrder(d.ada, d.domain, other, d.slot, bid),
      await signOrder(d.ada, d.domain, d.market, d.slot + 1n, bid),
      await signOrder(d.ada, { ...d.domain, chainId }, d.market, d.slot, bid),
      await signOrder(d.ada, { ...d.domain, salt: other }, d.market, d.slot, bid),
      await signOrder(d.ada, { ...d.domain, verifyingContract: d.ben.address }, d.market, d.slot, bid),
      await signOrder(d.ada, d.domain, d.market, d.slot, { ...bid, side: SELL }),
      await signOrder(d.ada, d.domain, d.market, d.slot, { ...bid, tariff: 1n }),
      await signOrder(d.ada, d.domain, d.market, d.slot, { ...bid, account: d.ben.address }),
      await signOrder(d.ada, d.domain, d.market, d.slot, order(d.ada, BUY, [20n, 5n], [10n, 6n])),
      await signOrder(d.ada, d.domain, d.market, d.slot, order(d.ada, BUY, [20n, 5n], [11n, 5n])),
      await signOrder(d.ada, d.domain, d.market, d.slot, order(d.ada, BUY, [20n, 5n])),
      '0x',
      `0x${'00'.repeat(65)}`,
    ]) {
      await expect(d.house.submit(d.market, d.slot, pack(bid), packSignatures([signature])))
        .to.emit(d.house, 'OrderRejected')
        .withArgs(d.market, d.slot, d.ada, REJECTED.signature)
    }
    await expect(submit(d, [bid])).to.emit(d.house, 'OrdersSubmitted')
  })

  it('takes no order from the gate on', async () => {
    const d = await loadFixture(openMarket)
    expect(await d.house.gateOf(d.market, d.slot)).to.equal(BigInt(gateOf(d.slot)))
    await time.setNextBlockTimestamp(gateOf(d.slot) - 1)
    await expect(submit(d, [order(d.ada, BUY, [1n, 1n])])).to.emit(d.house, 'OrdersSubmitted')
    await closeGate(d.slot)
    await expect(submit(d, [order(d.ben, BUY, [1n, 1n])]))
      .to.be.revertedWithCustomError(d.house, 'GateClosed')
      .withArgs(d.slot, gateOf(d.slot), gateOf(d.slot))
    await expect(submit(d, [order(d.ben, BUY, [1n, 1n])], 0n)).to.be.revertedWithCustomError(
      d.house,
      'GateClosed',
    )
  })

  it('reverts when the packing is wrong, which no account signed', async () => {
    const d = await loadFixture(openMarket)
    const good = order(d.ada, BUY, [20n, 5n], [10n, 5n], [9n, 1n])
    const [head = 0n, ...steps] = pack(good)
    const signatures = packSignatures(await signAll(d, d.slot, [good], d.members))
    const noSteps = head & ~0xffn
    for (const book of [
      [noSteps, ...steps],
      [noSteps | 9n, ...steps, 1n << 192n, 1n << 192n, 1n << 192n],
      [head | (2n << 8n), ...steps],
      [head | (1n << 64n), ...steps],
      [head | (1n << 95n), ...steps],
      [head, ...steps.slice(0, 1)],
      [head],
      [head, steps[0] ?? 0n, (steps[1] ?? 0n) | 1n],
    ]) {
      await expect(d.house.submit(d.market, d.slot, book, signatures))
        .to.be.revertedWithCustomError(d.house, 'MalformedBook')
        .withArgs(0n)
    }
    await expect(d.house.submit(d.market, d.slot, [head, ...steps, 0n], signatures + signatures.slice(2)))
      .to.be.revertedWithCustomError(d.house, 'MalformedBook')
      .withArgs(3n)
    for (const wrong of [
      '0x',
      signatures.slice(0, -2),
      `${signatures}00`,
      `${signatures}0000`,
      `0xffff${signatures.slice(6)}`,
    ]) {
      await expect(d.house.submit(d.market, d.slot, pack(good), wrong)).to.be.revertedWithCustomError(
        d.house,
        'MalformedSignatures',
      )
    }
  })
})
