import { expect } from 'chai'
import { MAX_ORDERS, MAX_SLOTS } from '../../../../agent/protocols/slot-market/constants.ts'
import { SlotPool } from '../../../../agent/protocols/slot-market/slot-pool.ts'
import type { Address, Hex } from '../../../../protocol/types.ts'

let signed = 0

function heard(slot: bigint, account: number) {
  signed += 1
  const address: Address = `0x${account.toString(16).padStart(40, '0')}`
  const hash: Hex = `0x${signed.toString(16).padStart(64, '0')}`
  return { value: { slot, account: address }, signer: address, hash, signature: '0x' as const }
}

describe('a pool of what was heard', () => {
  it('keeps the first of each account and slot', () => {
    const pool = new SlotPool()
    const [first, second] = [heard(1n, 1), heard(1n, 1)]
    expect([pool.add(first), pool.add(second)]).to.deep.equal([true, false])
    expect(pool.get(1n, first.value.account)).to.equal(first)
    expect([pool.knows(first.hash), pool.knows(second.hash)]).to.deep.equal([true, false])
  })

  it('tells of the earliest slot first', () => {
    const pool = new SlotPool()
    const all = [heard(9n, 1), heard(3n, 1), heard(9n, 2), heard(10n, 1)]
    for (const each of all) pool.add(each)
    expect(pool.all()).to.deep.equal([all[1], all[0], all[2], all[3]])
  })

  it('forgets slots that are over, and what was said in them', () => {
    const pool = new SlotPool()
    const [over, open] = [heard(1n, 1), heard(2n, 1)]
    for (const each of [over, open]) pool.add(each)
    pool.prune((slot) => slot < 2n)
    expect(pool.all()).to.deep.equal([open])
    expect([pool.knows(over.hash), pool.knows(open.hash)]).to.deep.equal([false, true])
  })

  it('is bounded in slots, and in each of them', () => {
    const pool = new SlotPool()
    for (let account = 0; account < MAX_ORDERS; account++) pool.add(heard(0n, account))
    expect(pool.add(heard(0n, MAX_ORDERS))).to.equal(false)
    for (let slot = 1; slot < MAX_SLOTS; slot++) pool.add(heard(BigInt(slot), 1))
    expect(pool.slots()).to.have.lengthOf(MAX_SLOTS)
    pool.add(heard(BigInt(MAX_SLOTS), 1))
    expect(pool.slots()).to.have.lengthOf(MAX_SLOTS)
  })

  it('that is full has room for a later slot, not for an earlier one: nobody shuts out what is said of slots to come', () => {
    const pool = new SlotPool()
    const all = Array.from({ length: MAX_SLOTS }, (_, index) => heard(BigInt(index + 1), 1))
    for (const each of all) pool.add(each)
    expect(pool.add(heard(0n, 1))).to.equal(false)
    const [first] = all as [ReturnType<typeof heard>]
    const later = heard(BigInt(MAX_SLOTS + 1), 2)
    expect(pool.add(later)).to.equal(true)
    expect(pool.get(later.value.slot, later.value.account)).to.equal(later)
    expect([pool.has(1n, first.value.account), pool.knows(first.hash)]).to.deep.equal([false, false])
  })

  it('keeps what is its own, however many speak of the slot or of later ones, until it is over', () => {
    const pool = new SlotPool()
    for (let account = 1; account <= MAX_ORDERS; account++) pool.add(heard(0n, account))
    const own = heard(0n, 0)
    pool.keep(own)
    for (let slot = 1; slot <= MAX_SLOTS; slot++) pool.add(heard(BigInt(slot), 1))
    expect(pool.of(0n)).to.deep.equal([])
    expect(pool.get(0n, own.value.account)).to.equal(own)
    expect(pool.has(0n, heard(0n, 1).value.account)).to.equal(false)
    pool.prune((slot) => slot < 1n)
    expect(pool.has(0n, own.value.account)).to.equal(false)
  })
})
