import { opening, type Role } from '../../../../agent/protocols/negotiation/machine/conversation.ts'
import type { Hex } from '../../../../protocol/types.ts'
import { dispatch, look, perform, read, submit } from './side.ts'
import {
  type Budget,
  EXPIRED,
  isExpired,
  ROLES,
  type Rules,
  recordOf,
  type Side,
  type World,
  withSide,
} from './world.ts'

/** Something that may happen next. `isOptional`: it may as well never happen. */
export interface Action {
  name: string
  isOptional: boolean
  next: World
}

/** The world in which a side is about to make the first offer. */
export function beginning(offerer: Role, budget: Budget): World {
  const side: Side = {
    conversation: undefined,
    tasks: [],
    questions: [],
    deferred: undefined,
    journal: {},
    handled: [],
  }
  const price = offerer === 'seller' ? 30n : 10n
  const first: Side = {
    ...side,
    conversation: opening(offerer),
    tasks: [{ type: 'sign', proposal: { quantity: 1n, price }, theirs: undefined }],
  }
  const [buyer, seller] = offerer === 'buyer' ? [first, side] : [side, first]
  return { buyer, seller, wire: [], offers: [], pool: [], chain: {}, budget }
}

/** All that may happen next. */
export function* actionsOf(world: World, rules: Rules): Generator<Action> {
  for (const role of ROLES) yield* actionsOfSide(world, role, rules)
  for (const message of world.wire) {
    const rest = { ...world, wire: world.wire.filter((each) => each !== message) }
    const name = `${message.to} reads ${message.body.type}`
    yield must(name, read(rest, message, rules))
    yield may(`${message.body.type} to ${message.to} is lost`, rest)
    const copies = spend(world, 'copies')
    if (copies !== undefined) yield may(`${name} of which a copy is under way`, read(copies, message, rules))
  }
  for (const transaction of world.pool) {
    const { type, id } = transaction
    const mined = { ...world, pool: world.pool.filter((each) => each !== transaction) }
    const isInTime = recordOf(world, id) === 'none' && !isExpired(world, id)
    const record = type === 'open' ? 'open' : 'revoked'
    const chain = isInTime ? { ...world.chain, [id]: record } : world.chain
    yield must(`the chain takes ${type} of ${id}`, { ...mined, chain } as World)
  }
  if (world.offers.some(({ age }) => age < EXPIRED)) {
    const offers = world.offers.map((offer) => ({ ...offer, age: Math.min(offer.age + 1, EXPIRED) }))
    yield must('time passes', { ...world, offers })
  }
}

function* actionsOfSide(world: World, role: Role, rules: Rules): Generator<Action> {
  const { tasks, questions, journal, conversation } = world[role]
  for (const task of tasks) {
    for (const [name, next] of perform(world, role, task, rules)) yield must(`${role} ${name}`, next)
  }
  for (const question of questions) {
    const silent = withSide(world, role, { questions: questions.filter((each) => each !== question) })
    const next = question.startsWith('p') ? dispatch(silent, role, { type: 'lost' }, rules) : silent
    yield must(`${role} waits no longer for ${question}`, next)
  }
  for (const id of Object.keys(journal) as Hex[]) {
    const seen = look(world, role, id, rules)
    if (seen !== undefined) yield must(`${role} looks at ${id}`, seen)
    // A buyer has both signatures too: software of others may use them.
    const opened = journal[id] === 'signed' && role === 'buyer' && submit(world, { type: 'open', id })
    if (opened) yield may(`${role} opens ${id}`, opened)
    const cancelling = journal[id] === 'offered' ? spend(world, 'cancellations') : undefined
    const revoked = cancelling && submit(cancelling, { type: 'revoke', id })
    if (revoked) yield may(`${role} cancels ${id} on chain`, revoked)
  }
  const isUnderWay = conversation !== undefined && conversation.phase.type !== 'ended'
  const withdrawing = isUnderWay ? spend(world, 'withdrawals') : undefined
  if (withdrawing)
    yield may(`${role} wants no deal any more`, dispatch(withdrawing, role, { type: 'withdraw' }, rules))
  const crashing = spend(world, 'crashes')
  if (crashing !== undefined)
    yield may(`${role} is killed and starts again`, restarted(crashing, role, rules))
}

/** What is on disk is all that is left of a side. */
function restarted(world: World, role: Role, { remembersHandled }: Rules): World {
  const { handled } = world[role]
  return withSide(world, role, {
    conversation: undefined,
    tasks: [],
    questions: [],
    deferred: undefined,
    handled: remembersHandled ? handled : [],
  })
}

function spend(world: World, what: keyof Budget): World | undefined {
  const left = world.budget[what]
  return left === 0 ? undefined : { ...world, budget: { ...world.budget, [what]: left - 1 } }
}

function must(name: string, next: World): Action {
  return { name, isOptional: false, next }
}

function may(name: string, next: World): Action {
  return { name, isOptional: true, next }
}
