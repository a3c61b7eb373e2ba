import { expect } from 'chai'
import { Backoff } from '../../../agent/network/backoff.ts'

describe('Backoff', () => {
  /** Pauses in milliseconds until something is due again, one failure after another. */
  function pauses(failures: number, random: () => number): number[] {
    let now = 0
    const backoff = new Backoff(() => now, random)
    return Array.from({ length: failures }, () => {
      backoff.failed('a')
      const failedAt = now
      while (!backoff.isDue('a')) now += 250
      return now - failedAt
    })
  }

  it('doubles the pause with each failure, from a second to a minute', () => {
    expect(pauses(9, () => 0)).to.deep.equal(
      [1, 2, 4, 8, 16, 32, 60, 60, 60].map((seconds) => seconds * 1_000),
    )
  })

  it('lengthens it by lot, by a quarter at most', () => {
    expect(pauses(3, () => 1)).to.deep.equal([1_250, 2_500, 5_000])
  })

  it('begins anew after a success, and knows keys apart', () => {
    let now = 0
    const backoff = new Backoff(
      () => now,
      () => 0,
    )
    for (const key of ['a', 'a', 'b']) backoff.failed(key)
    now = 1_000
    expect(['a', 'b', 'c'].map((key) => backoff.isDue(key))).to.deep.equal([false, true, true])
    backoff.succeeded('a')
    expect(backoff.isDue('a')).to.equal(true)
    backoff.failed('a')
    now += 1_000
    expect(backoff.isDue('a')).to.equal(true)
  })
})
