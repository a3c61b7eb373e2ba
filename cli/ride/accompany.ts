import {
  hasEnded,
  haversine,
  type LonLat,
  lonLatOf,
  type Trip,
  type TripEnds,
  type TripLog,
  type TripReport,
} from '../../agent/index.ts'
import { paymentOf } from '../../protocol/types.ts'
import { energy, money } from '../format.ts'

/** What is told to the rider, and asked. */
export interface Dialogue {
  say(text: string): void
  confirm(question: string, signal: AbortSignal): Promise<boolean>
}

/**
 * Goes along with a trip until it has ended and is paid for: tells what the driver says, and asks the rider whether it is so before
 * it is said as the rider's word.
 *
 * @throws what `signal` was aborted with: called again, it goes on
 */
export async function accompany(trip: Trip, dialogue: Dialogue, signal: AbortSignal): Promise<void> {
  let told = Math.max(0, trip.log.driver.length - 1)
  let question: Question | undefined
  try {
    for (;;) {
      const { changed, end } = nextChange(trip, signal)
      try {
        const { log, plan, deal } = trip
        for (const { value } of log.driver.slice(told)) dialogue.say(describe(value, plan))
        told = log.driver.length
        if (hasEnded(deal)) return
        const claim = claimDue(log)
        if (question?.claim !== claim) {
          question?.withdraw()
          question = claim && ask(trip, claim, dialogue, signal)
        }
        await Promise.race(question === undefined ? [changed] : [changed, question.answered])
      } finally {
        end()
      }
    }
  } finally {
    question?.withdraw()
  }
}

type Confirmed = 'pickedUp' | 'droppedOff'

/** What the rider has to say now, for what the driver says to count. */
export function claimDue({ driver, rider }: Pick<TripLog, 'driver' | 'rider'>): Confirmed | undefined {
  const said = driver.at(-1)?.value.claim
  const own = rider.at(-1)?.value.claim
  const isThere = said === 'arrived' || said === 'pickedUp' || said === 'droppedOff'
  if (own === undefined && isThere) return 'pickedUp'
  return own === 'pickedUp' && said === 'droppedOff' ? 'droppedOff' : undefined
}

interface Question {
  claim: Confirmed
  /** Fulfilled when it was answered with yes, and that is said to the driver. */
  answered: Promise<void>
  withdraw(): void
}

/** Who is not on board yet is asked again; who does not want to pay is not. */
function ask(trip: Trip, claim: Confirmed, { say, confirm }: Dialogue, signal: AbortSignal): Question {
  const withdrawing = new AbortController()
  const until = AbortSignal.any([signal, withdrawing.signal])
  const { promise: never } = Promise.withResolvers<void>()
  async function answer(): Promise<void> {
    const { metres = 0n } = trip.log.driver.at(-1)?.value ?? {}
    const { pickUp, dropOff } = trip.plan as TripEnds
    if (claim === 'pickedUp') {
      while (!(await confirm('Are you on board?', until)));
      return trip.pickedUp(pickUp)
    }
    const fare = money(paymentOf({ ...trip.deal.agreement, quantity: metres }))
    if (await confirm(`Pay ${fare}?`, until)) {
      return trip.droppedOff(dropOff, metres)
    }
    say(
      'It is not paid, and contested where the driver asks for it on chain: that takes this to run until then.',
    )
    return never
  }
  const answered = answer()
  // One that was withdrawn is of no interest any more.
  answered.catch(() => undefined)
  return { claim, answered, withdraw: () => withdrawing.abort() }
}

function describe({ claim, metres, place }: TripReport, plan: Trip['plan']): string {
  const left = (end: LonLat | undefined) =>
    place === undefined || end === undefined ? '' : `, ${energy(haversine(lonLatOf(place), end))} m to go`
  switch (claim) {
    case 'onTheWay':
      return `Your driver is on the way to you${left(plan?.pickUp)}.`
    case 'arrived':
      return 'Your driver is at the pick-up.'
    case 'pickedUp':
      return `Your driver has you on board${left(plan?.dropOff)}.`
    case 'droppedOff':
      return `Your driver says that you are there, after ${energy(Number(metres))} m.`
    case 'cancelled':
      return 'Your driver has given up.'
    case 'noShow':
      return 'Your driver says that you did not come.'
  }
}

function nextChange(trip: Trip, signal: AbortSignal): { changed: Promise<void>; end(): void } {
  signal.throwIfAborted()
  const { promise: changed, resolve, reject } = Promise.withResolvers<void>()
  // What happens while the rider is asked is looked at after the answer.
  changed.catch(() => undefined)
  const stop = trip.onChange(() => resolve())
  const onAbort = () => reject(signal.reason)
  signal.addEventListener('abort', onAbort, { once: true })
  return {
    changed,
    end() {
      stop()
      signal.removeEventListener('abort', onAbort)
    },
  }
}
