import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'chai'
import fc from 'fast-check'
import { isOpen, joinMarket, readNetwork } from '../../agent/index.ts'
import { mixing, sampleOf, wrongOf } from '../../examples/compute-seller/check.ts'
import { CAPABILITY, startSeller, termsOf } from '../../examples/compute-seller/seller.ts'
import { buy } from '../../examples/support/deals.ts'
import { eventually, findAll, type Market } from '../../examples/support/program.ts'
import { exampleMarket } from './running-example.ts'

/** What a promise is rejected with. */
const rejection = (doing: Promise<unknown>): Promise<Error> =>
  doing.then(
    () => expect.fail('it was fulfilled'),
    (error: Error) => error,
  )

describe('the example compute-seller', () => {
  describe('checks a sample', () => {
    it('of different places', () => {
      fc.assert(
        fc.property(fc.nat(50), fc.nat(60), fc.infiniteStream(fc.nat()), (count, size, draws) => {
          const sample = sampleOf(count, size, (below) => draws.next().value % below)
          expect(sample).to.have.length(Math.min(count, size))
          expect(new Set(sample)).to.have.property('size', sample.length)
          for (const place of sample) expect(place).to.be.within(0, count - 1)
        }),
      )
    })

    it('and counts what is wrong in it', () => {
      expect(wrongOf([1, 2, 3], [0, 2], [1, 3])).to.equal(0)
      expect(wrongOf([1, 2, 4], [0, 2], [1, 3])).to.equal(1)
      for (const nothing of [undefined, 'x', []]) expect(wrongOf(nothing, [0, 2], [1, 3])).to.equal(2)
    })
  })

  describe('in a market', function () {
    this.timeout(240_000)
    const market = exampleMarket()

    it('runs one job for an agreement, whatever its buyer asks, and after a restart too', async () => {
      const network = await readNetwork(market().indexer.url)
      const { signal } = new AbortController()
      const there: Market = {
        network,
        signal,
        join: (_, init, standing) => joinMarket({ network, directory: false, ...init }, standing),
      }
      const policy = termsOf(there)
      const home = process.env.MESH_HOME
      process.env.MESH_HOME = join(market().market.directory, 'sellers')
      const first = await startSeller(there, 'seller', (result) => result)
      await using buyer = await there.join('buyer', { domains: ['compute'], policy }, { balance: 1_000_000n })
      await using stranger = await there.join('stranger', { domains: ['compute'] })
      // It releases no payment, so that the agreement stays open.
      buyer.onDelivery(async () => false)
      const { id } = await buy(there, buyer, { capability: CAPABILITY, quantity: 2n, price: 10_000n })
      await buyer.untilDeal(id, isOpen)
      const ask = async (inputs: unknown, from = buyer) => {
        const [at] = await findAll(there, from, CAPABILITY, [first.agent])
        const job = { id, module: Buffer.from(mixing).toString('base64'), inputs }
        return (await from.request(at, JSON.stringify(job))).text
      }

      expect((await rejection(ask([1, 2, 3]))).message).to.include('does not answer')
      expect((await rejection(ask([1, 2], stranger))).message).to.include('does not answer')
      const asked = await Promise.allSettled([ask([1, 2]), ask([3, 4]), ask([5, 6])])
      const answers = asked.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []))
      const [answer = ''] = answers
      expect(new Set(answers)).to.have.property('size', 1)
      expect([await ask([7, 8]), await ask([1, 2])]).to.deep.equal([answer, answer])

      const { address } = first.agent
      await first.agent.disconnect()
      const { agent } = await startSeller(there, 'seller', (result) => result)
      expect(agent.address).to.equal(address)
      const again = await eventually(there, 'answers', () => ask([9, 10]).catch(() => undefined))
      expect(again).to.equal(answer)
      await agent.disconnect()
      process.env.MESH_HOME = home
    })

    it('pays who computed, and a court takes the stake of who did not', async () => {
      const example = market().run('compute-seller')
      expect((await example.line(/^cheat: 8 of 16 results were run again, (\d+) are wrong/))[1]).to.not.equal(
        '0',
      )
      await example.line(/^honest: 8 of 16 results were run again, 0 are wrong/)
      await example.line(/^settled on chain: honest is paid 0\.160000 test dollars, and loses 0\.000000/)
      // It reports half of the time before the deadline, and is contested after half of the window.
      await passUntil(10, example.line(/^cheat reports on chain/))
      await passUntil(10, example.line(/^the buyer contests it: cheat has 24 hours/))
      await passUntil(
        13 * 3600,
        example.line(/^resolved on chain: cheat is paid 0\.000000 test dollars, and loses 0\.320000/),
      )
      expect(await example.exited, example.output).to.equal(0)
    })

    /** Lets time pass on the chain until something has happened. */
    async function passUntil(seconds: number, line: Promise<unknown>): Promise<void> {
      let isThere = false
      const found = line.finally(() => {
        isThere = true
      })
      while (!isThere) {
        await market().market.later(seconds)
        await Promise.race([found, sleep(3_000)])
      }
      await found
    }
  })
})
