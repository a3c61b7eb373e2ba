import { expect } from 'chai'
import fc from 'fast-check'
import { Deals } from '../../../../agent/policy/deals.ts'
import { memoryJournal } from '../../../../agent/policy/journal.ts'
import { LiveTrip, type LiveTripComponents } from '../../../../agent/protocols/trips/live-trip.ts'
import { TRIP_CLAIMS } from '../../../../protocol/trip.ts'
import { decodeTripFrame, encodeTripFrame, type TripMessage } from '../../../../protocol/wire/trips.ts'
import { SEED } from '../../../seed.ts'
import { conditions } from '../../market/rides/trip/support/trips.ts'
import { temporaryPaths } from '../../support/temporary.ts'
import { ENDS, Side, statement } from './support/side.ts'

const soon = () => AbortSignal.timeout(20_000)
const overTheWire = (message: TripMessage) =>
  decodeTripFrame(encodeTripFrame({ id: 1n, replyTo: 0n, message })).message

/** A trip at one side, and a line to the other that a test can cut before or after what is said is heard. */
class End {
  readonly side: Side
  live: LiveTrip
  other: End | undefined
  fate: 'heard' | 'lost' | 'unanswered' = 'heard'
  now = conditions.start
  /** How often the other side was asked. */
  asked = 0
  readonly done: string[] = []

  private constructor(side: Side) {
    this.side = side
    this.live = new LiveTrip(this.#components(), side.deal)
  }

  static async open(role: Side['role'], file: string): Promise<End> {
    return new End(await Side.open(role, file))
  }

  async restart(): Promise<void> {
    await this.side.restart()
    this.live = new LiveTrip(this.#components(), this.side.deal)
    this.live.returned()
  }

  #components(): LiveTripComponents {
    const request = async (said: TripMessage) => {
      this.asked++
      if (this.fate === 'lost' || this.other === undefined) throw new Error('lost')
      const message = overTheWire(said)
      if (message.type !== 'said') throw new Error(`asks ${message.type}`)
      const heard = await this.other.live.hear(message)
      if (this.fate === 'unanswered') throw new Error('the answer was lost')
      return { id: 2n, replyTo: 1n, message: overTheWire(heard) }
    }
    return {
      ...this.side.components,
      channels: { to: async () => ({ request }) } as unknown as LiveTripComponents['channels'],
      deals: new Deals(memoryJournal(), [this.side.deal]),
      settlement: {
        deliver: async (_id, quantity) => {
          this.done.push(`deliver ${quantity}`)
          return this.side.deal
        },
        cancel: async () => {
          this.done.push('cancel')
          return this.side.deal
        },
      },
      now: async () => this.now,
      report: () => undefined,
    }
  }
}

async function pair(path: (name: string) => string): Promise<{ rider: End; driver: End }> {
  const rider = await End.open('rider', path('rider'))
  const driver = await End.open('driver', path('driver'))
  rider.other = driver
  driver.other = rider
  return { rider, driver }
}

const roles = fc.constantFrom('rider' as const, 'driver' as const)
const steps = fc.array(
  fc.oneof(
    fc.record({ type: fc.constant('say' as const), by: roles, claim: fc.constantFrom(...TRIP_CLAIMS) }),
    fc.record({
      type: fc.constant('tell' as const),
      by: roles,
      fate: fc.constantFrom('heard' as const, 'lost' as const, 'unanswered' as const),
    }),
    fc.record({ type: fc.constant('restart' as const), by: roles }),
    fc.record({ type: fc.constant('share' as const), by: fc.constant('rider' as const) }),
  ),
  { maxLength: 30 },
)

describe('a trip over a line that may be cut', function () {
  this.timeout(120_000)
  const path = temporaryPaths()

  it(`is the same at both sides once all was told, whatever was lost and whoever started again (seed ${SEED})`, async () => {
    const property = fc.asyncProperty(steps, async (happenings) => {
      const ends = await pair(path)
      for (const step of happenings) {
        const end = ends[step.by]
        for (const each of [ends.rider, ends.driver]) each.now += 100n
        const isKnown = (error: { code?: string; message: string }) =>
          expect(error.code ?? error.message).to.be.oneOf([
            'TRIP_CLAIM_REFUSED',
            'TRIP_PLAN_REFUSED',
            'lost',
            'the answer was lost',
          ])
        if (step.type === 'say') {
          const { at: _, ...said } = statement(step.claim, end.now)
          await end.live.say(said).catch(isKnown)
        }
        if (step.type === 'share') await end.live.share(ENDS).catch(isKnown)
        if (step.type === 'restart') await end.restart()
        if (step.type === 'tell') {
          end.fate = step.fate
          await end.live.tell(soon()).catch(isKnown)
        }
      }
      const { rider, driver } = ends
      for (const end of [rider, driver]) {
        end.fate = 'heard'
        await end.live.tell(soon())
        expect(end.live.isHeard).to.equal(true)
      }
      expect(rider.live.book.evidence).to.equal(driver.live.book.evidence)
      expect(rider.live.book.view('open')).to.deep.equal(driver.live.book.view('open'))
      expect(rider.live.stage).to.equal(driver.live.stage)
      await Promise.all([rider.side.close(), driver.side.close()])
    })
    await fc.assert(property, { seed: SEED, numRuns: 60 })
  })

  it('tells that it is there again, if it has said nothing, and then nothing twice', async () => {
    const { rider, driver } = await pair(path)
    expect(driver.live.isHeard).to.equal(true)
    await driver.restart()
    expect(driver.live.isHeard).to.equal(false)
    driver.fate = 'lost'
    expect(await driver.live.tell(soon()).catch(({ message }) => message)).to.equal('lost')
    expect(driver.live.isHeard).to.equal(false)
    driver.fate = 'heard'
    await driver.live.tell(soon())
    await driver.live.tell(soon())
    expect(driver.asked).to.equal(2)
    await Promise.all([rider.side.close(), driver.side.close()])
  })

  it('asks for the payment at once when the rider says so too, and after half a minute when it is silent', async () => {
    for (const isSilent of [false, true]) {
      const { rider, driver } = await pair(path)
      await rider.live.share(ENDS)
      await rider.live.tell(soon())
      for (const claim of ['pickedUp', 'droppedOff'] as const) {
        const { at: _, ...said } = statement(claim, 0n)
        await driver.live.say(said)
        if (!isSilent) await rider.live.say(said)
      }
      if (!isSilent) await rider.live.tell(soon())
      await driver.live.act(soon())
      expect(driver.done).to.deep.equal(isSilent ? [] : ['deliver 1900'])
      driver.now += 30n
      if (isSilent) await driver.live.act(soon())
      expect(driver.done).to.deep.equal(['deliver 1900'])
      await Promise.all([rider.side.close(), driver.side.close()])
    }
  })
})
