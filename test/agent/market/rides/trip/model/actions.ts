import type { TripRole } from '../../../../../../agent/market/rides/trip/index.ts'
import { TRIP_CLAIMS } from '../../../../../../protocol/trip.ts'
import { conditions } from '../support/trips.ts'
import {
  DEADLINE,
  type Ending,
  FEE,
  isEnded,
  nowOf,
  otherThan,
  placeFor,
  progress,
  ROLES,
  type Rules,
  type Said,
  TERMS,
  TIMES,
  type Transaction,
  termsOf,
  viewOf,
  type World,
} from './world.ts'

/** Something that may happen next. `isOptional`: it may as well never happen. */
export interface Action {
  name: string
  isOptional: boolean
  next: World
}

const DUTY_TERMS = { noShowMetres: FEE, end: conditions.end }

/** All that may happen next. `lie`: metres that a side may say it was driven, besides all of them. */
export function* actionsOf(
  world: World,
  rules: Rules,
  lie: Partial<Record<TripRole, bigint>>,
): Generator<Action> {
  for (const role of ROLES) {
    // What is said after the end, or the deadline, is for nobody.
    const isSaid = !isEnded(world) && nowOf(world) <= DEADLINE
    for (const said of isSaid ? claimsOf(world, role, rules, lie[role]) : []) {
      const reports = [...world.said[role], said]
      yield may(`${role} says ${said.claim}`, { ...world, said: { ...world.said, [role]: reports } })
    }
    const other = otherThan(role)
    // What a rider says is told after its plan.
    const plan = role === 'driver' && world.plan === 'told' ? 'heard' : world.plan
    for (let heard = world.heard[role] + 1; heard <= world.said[other].length; heard++) {
      yield must(`${role} hears ${heard}`, { ...world, plan, heard: { ...world.heard, [role]: heard } })
    }
  }
  if (world.plan === 'told') yield must('driver hears where', { ...world, plan: 'heard' })
  const isTold = world.plan !== 'untold' || viewOf(world, 'rider').driver.ended !== undefined
  if (!isTold && !isEnded(world)) yield may('rider tells where', { ...world, plan: 'told' })
  if (!isEnded(world)) {
    for (const transaction of dutiesOf(world, rules)) {
      if (!world.pool.includes(transaction)) {
        yield must(`${transaction} is sent`, { ...world, pool: [...world.pool, transaction] })
      }
    }
    const metres = askedFor(world, rules)
    for (const ending of endingsOf(world, rules))
      yield must(`the chain takes ${ending}`, ended(world, ending))
    const isOwed =
      metres !== undefined && metres <= rules.metresOwed(viewOf(world, 'rider'), termsOf(world, 'rider'), FEE)
    // Also one who could: a message may be lost.
    if (isOwed && world.released === undefined)
      yield may('the rider releases', { ...world, released: metres })
  }
  for (const transaction of world.pool) {
    const pool = world.pool.filter((each) => each !== transaction)
    const chain = mined(world, transaction, rules)
    yield must(`the chain takes ${transaction}`, settled({ ...world, pool, chain }))
  }
  // A rider that is there looks in time; for one that is not, silence pays.
  const isWaitedFor = isEnded(world) || disputes(world, rules)
  if (world.time < TIMES.length - 1 && !isWaitedFor)
    yield must('time passes', { ...world, time: world.time + 1 })
}

function* claimsOf(world: World, role: TripRole, { faultOf }: Rules, lie?: bigint): Generator<Said> {
  const before = progress(world.said[role])
  for (const claim of TRIP_CLAIMS) {
    // The same again is a position, and on the way another word for not there yet: they change nothing.
    if (claim === before.reached || claim === 'onTheWay') continue
    const amounts = claim === 'droppedOff' ? [TERMS.metres, ...(lie === undefined ? [] : [lie])] : [0n]
    for (const metres of amounts) {
      // Of the others the time changes nothing.
      const isTimed = claim === 'arrived' || claim === 'droppedOff' || claim === 'noShow'
      const said = { claim, metres, at: isTimed ? nowOf(world) : before.at, place: placeFor(claim) }
      if (faultOf(role, before, said, termsOf(world, role)) === undefined) yield said
    }
  }
}

/** Metres that the driver asks to be paid for. */
function askedFor(world: World, { dutyOf }: Rules): bigint | undefined {
  const duty = dutyOf('driver', viewOf(world, 'driver'), DUTY_TERMS, nowOf(world))
  if (world.chain.status === 'reported') return world.chain.reported
  return duty?.type === 'deliver' ? duty.metres : undefined
}

function disputes(world: World, { metresOwed }: Rules): boolean {
  const { chain, released } = world
  if (chain.status !== 'reported' || released !== undefined) return false
  return chain.reported > metresOwed(viewOf(world, 'rider'), termsOf(world, 'rider'), FEE)
}

/** What each side's agent sends by itself. */
function* dutiesOf(world: World, rules: Rules): Generator<Transaction> {
  const now = nowOf(world)
  const rider = rules.dutyOf('rider', viewOf(world, 'rider'), DUTY_TERMS, now)
  if (rider?.type === 'cancel' && world.released === undefined) yield 'cancel of rider'
  const driver = rules.dutyOf('driver', viewOf(world, 'driver'), DUTY_TERMS, now)
  if (driver?.type === 'cancel') yield 'cancel of driver'
  if (world.released !== undefined) yield 'settle'
  else if (driver?.type === 'deliver' && now >= conditions.start && now <= DEADLINE) yield 'report'
}

/** What whoever looks at the chain has it do. */
function* endingsOf(world: World, rules: Rules): Generator<Ending> {
  const now = nowOf(world)
  const { status } = world.chain
  if (status === 'open' && now > DEADLINE) yield 'refund'
  if (status === 'reported' && isWindowOver(now)) yield 'claim'
  if (disputes(world, rules)) yield 'dispute'
}

function ended(world: World, ending: Ending): World {
  const { chain } = world
  switch (ending) {
    case 'refund':
      return settled({ ...world, chain: { ...chain, status: 'refunded' } })
    case 'claim':
      return settled({ ...world, chain: paid(chain, chain.reported) })
    case 'dispute':
      return settled({ ...world, chain: { ...chain, status: 'disputed' } })
  }
}

/** Of what has ended the chain takes nothing more. */
function settled(world: World): World {
  return isEnded(world) ? { ...world, pool: [], released: undefined } : world
}

function paid(chain: World['chain'], metres: bigint): World['chain'] {
  return { ...chain, status: metres === FEE ? 'fee' : 'paid', paid: metres }
}

/** The chain after a transaction that is one of an agreement that has not ended; one that it refuses changes nothing. */
function mined(world: World, transaction: Transaction, rules: Rules): World['chain'] {
  const { chain, released } = world
  const { status } = chain
  const now = nowOf(world)
  switch (transaction) {
    case 'cancel of rider':
      return status === 'open' && now < conditions.end ? { ...chain, status: 'cancelled' } : chain
    case 'cancel of driver':
      return { ...chain, status: status === 'reported' || now >= conditions.start ? 'refunded' : 'cancelled' }
    case 'settle':
      return released === undefined ? chain : paid(chain, released)
    case 'report': {
      const metres = askedFor(world, rules)
      const isTaken = status === 'open' && metres !== undefined && now >= conditions.start && now <= DEADLINE
      return isTaken ? { ...chain, status: 'reported', reported: metres } : chain
    }
  }
}

function isWindowOver(now: bigint): boolean {
  return now > DEADLINE + conditions.window
}

function must(name: string, next: World): Action {
  return { name, isOptional: false, next }
}

function may(name: string, next: World): Action {
  return { name, isOptional: true, next }
}
