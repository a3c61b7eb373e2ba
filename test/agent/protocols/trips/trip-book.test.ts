import { appendFile, readFile, truncate } from 'node:fs/promises'
import { expect } from 'chai'
import fc from 'fast-check'
import { stageOf, verifyTrip } from '../../../../agent/market/rides/trip/index.ts'
import { hashTripReport } from '../../../../protocol/eip712.ts'
import { TRIP_CLAIMS, type TripClaim, type TripReport } from '../../../../protocol/trip.ts'
import type { Signed } from '../../../../protocol/types.ts'
import { SEED } from '../../../seed.ts'
import { conditions } from '../../market/rides/trip/support/trips.ts'
import { temporaryPaths } from '../../support/temporary.ts'
import { DOMAIN, ENDS, NOW, Side, statement } from './support/side.ts'

const roles = fc.constantFrom('rider' as const, 'driver' as const)

/** What may happen next: somebody says something, hears some of what the other said, in any order, or is started again. */
const steps = fc.array(
  fc.oneof(
    fc.record({ type: fc.constant('say' as const), by: roles, claim: fc.constantFrom(...TRIP_CLAIMS) }),
    fc.record({ type: fc.constant('hear' as const), by: roles, order: fc.array(fc.nat(9)) }),
    fc.record({ type: fc.constant('restart' as const), by: roles }),
    fc.record({ type: fc.constant('plan' as const), by: roles }),
  ),
  { maxLength: 30 },
)

describe('the book of a trip', function () {
  this.timeout(120_000)
  const path = temporaryPaths()

  async function pair() {
    return {
      rider: await Side.open('rider', path('rider')),
      driver: await Side.open('driver', path('driver')),
    }
  }

  const stateOf = ({ book }: Side) => ({
    view: book.view('open'),
    stage: stageOf(book.view('open')),
    evidence: book.evidence,
    owed: book.owed(),
  })

  const digestsOf = (reports: readonly Signed<TripReport>[]) =>
    reports.map(({ value }) => hashTripReport(DOMAIN, value))

  /** Says it where it can be said. */
  async function say({ book }: Side, claim: TripClaim, at: bigint): Promise<void> {
    const error = await book.say(statement(claim, at)).catch(({ code }: { code: string }) => code)
    expect(error).to.be.oneOf([undefined, 'TRIP_CLAIM_REFUSED'])
  }

  it(`is the same at both sides in the end, and after every start, in whatever order things come (seed ${SEED})`, async () => {
    const property = fc.asyncProperty(steps, async (happenings) => {
      const sides = await pair()
      let at = conditions.start
      for (const step of happenings) {
        const [self, other] = step.by === 'rider' ? [sides.rider, sides.driver] : [sides.driver, sides.rider]
        at += 100n
        if (step.type === 'say') await say(self, step.claim, at)
        if (step.type === 'plan' && step.by === 'rider') await self.book.share(ENDS).catch(() => undefined)
        const { plan } = sides.rider.book.log
        if (step.type === 'plan' && step.by === 'driver' && plan) await self.book.takePlan(plan)
        if (step.type === 'hear' && (plan === undefined || sides.driver.book.log.plan !== undefined)) {
          const said = other.book.log[other.role]
          for (const index of step.order) {
            const report = said[index]
            if (report !== undefined) await self.book.take(report, NOW)
          }
          const heard = digestsOf(self.book.log[other.role])
          expect(heard).to.deep.equal(digestsOf(said).slice(0, heard.length))
        }
        if (step.type === 'restart') {
          const before = stateOf(self)
          await self.restart()
          expect(stateOf(self)).to.deep.equal(before)
        }
      }
      const { rider, driver } = sides
      if (rider.book.log.plan !== undefined) await driver.book.takePlan(rider.book.log.plan)
      for (const report of rider.book.log.rider) await driver.book.take(report, NOW)
      for (const report of driver.book.log.driver) await rider.book.take(report, NOW)
      for (const each of [rider, driver]) await each.restart()
      expect(stateOf(rider)).to.deep.equal(stateOf(driver))
      expect(verifyTrip(DOMAIN, rider.deal, rider.book.log).evidence).to.equal(driver.book.evidence)
      await Promise.all([rider.close(), driver.close()])
    })
    await fc.assert(property, { seed: SEED, numRuns: 60 })
  })

  it('loses nothing but a last record that was torn, wherever it was', async () => {
    const file = path('torn')
    const side = await Side.open('rider', file)
    await side.book.share(ENDS)
    const logs = [{ bytes: (await readFile(file)).length, said: 0 }]
    for (const [index, claim] of (['arrived', 'pickedUp', 'droppedOff'] as const).entries()) {
      await say(side, claim, conditions.start + BigInt(index))
      logs.push({ bytes: (await readFile(file)).length, said: index + 1 })
    }
    const whole = await readFile(file)
    for (let { bytes } = logs[0] as (typeof logs)[number]; bytes <= whole.length; bytes += 7) {
      await side.close()
      await truncate(file, 0)
      await appendFile(file, whole.subarray(0, bytes))
      await side.restart()
      const said = logs.findLast((log) => log.bytes <= bytes)?.said
      expect(side.book.log.rider, `${bytes} bytes`).to.have.length(said ?? 0)
      // And it goes on from there.
      if (said === 1) await side.book.say(statement('pickedUp', conditions.start + 1n))
    }
    await side.close()
  })

  it('keeps to the plan that was told, and to what was signed first', async () => {
    const { rider, driver } = await pair()
    await rider.book.share(ENDS)
    const { plan } = rider.book.log
    if (plan === undefined) throw new Error('no plan')
    await driver.book.takePlan(plan)
    const elsewhere = { ...ENDS, pickUp: { ...ENDS.pickUp, longitude: ENDS.pickUp.longitude + 1 } }
    const code = (action: Promise<unknown>) => action.catch((error: { code: string }) => error.code)
    expect(await code(rider.book.share(elsewhere))).to.equal('TRIP_PLAN_REFUSED')
    expect(await code(driver.book.share(ENDS))).to.equal('TRIP_PLAN_REFUSED')
    expect(await code(rider.book.takePlan(plan))).to.equal('TRIP_PLAN_REFUSED')
    await driver.book.say(statement('arrived', conditions.start))
    const [first] = driver.book.log.driver
    if (first === undefined) throw new Error('nothing said')
    await rider.book.take(first, NOW)
    // A driver that lost its journal, and says another thing in its place.
    const liar = await Side.open('driver', path('liar'))
    await liar.book.takePlan(plan)
    await liar.book.say(statement('pickedUp', conditions.start))
    const [second] = liar.book.log.driver
    if (second === undefined) throw new Error('nothing said')
    expect(await code(rider.book.take(second, NOW))).to.equal('TRIP_FORKED')
    expect(rider.book.log.driver).to.deep.equal([first])
    await Promise.all([rider, driver, liar].map((side) => side.close()))
  })

  it('does not hear what is not yet, nor what it has not heard the beginning of', async () => {
    const { rider, driver } = await pair()
    await rider.book.share(ENDS)
    for (const claim of ['arrived', 'pickedUp'] as const) await say(rider, claim, conditions.start)
    const [first, second] = rider.book.log.rider
    if (first === undefined || second === undefined || rider.book.log.plan === undefined)
      throw new Error('nothing said')
    await driver.book.takePlan(rider.book.log.plan)
    expect(await driver.book.take(second, NOW)).to.equal(false)
    expect(await driver.book.take(first, conditions.start - 6n)).to.equal(false)
    expect(await driver.book.take(first, conditions.start - 5n)).to.equal(true)
    expect(await driver.book.take(first, NOW)).to.equal(true)
    expect(await driver.book.take(second, NOW)).to.equal(true)
    expect(driver.book.log.rider).to.have.length(2)
    await Promise.all([rider.close(), driver.close()])
  })
})
