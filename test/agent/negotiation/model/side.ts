import {
  answering,
  type Decision,
  type Effect,
  type Event,
  type Role,
  type Tabled,
} from '../../../../agent/protocols/negotiation/machine/conversation.ts'
import type { Hex } from '../../../../protocol/types.ts'
import {
  isExpired,
  type Message,
  otherThan,
  type Rules,
  recordOf,
  type Signed,
  type World,
  withSide,
} from './world.ts'

/** What a sensible strategy asks for at each round: the offerer's and the maker's prices meet at the third. */
const PRICES = { seller: [0n, 30n, 28n, 20n, 20n], buyer: [0n, 10n, 12n, 20n, 20n] } as const

/** Tells a side's machine what has happened; what it wants done becomes its tasks. */
export function dispatch(world: World, role: Role, event: Event, rules: Rules): World {
  const { conversation } = world[role]
  if (conversation === undefined) return world
  const { state, effects } = rules.step(conversation, event)
  const next = later(withSide(world, role, { conversation: state }), role, effects, rules)
  return state.phase.type === 'ended' ? answerDeferred(next, role, rules) : next
}

/** Only a crash can come between a machine and a message that it wants sent: without one, it is under way at once. */
function later(world: World, role: Role, effects: readonly Effect[], rules: Rules): World {
  const isSent = ({ type }: Effect) =>
    world.budget.crashes === 0 && (type === 'accept' || type === 'decline' || type === 'withdraw')
  const tasks = [...world[role].tasks, ...effects.filter((effect) => !isSent(effect))]
  return effects.filter(isSent).reduce(
    (sent, effect) => {
      const [[, next] = ['', sent]] = perform(sent, role, effect, rules)
      return next
    },
    withSide(world, role, { tasks }),
  )
}

/** The worlds that may come of a task of a side. */
export function perform(world: World, role: Role, task: Effect, rules: Rules): [string, World][] {
  const { tasks, questions } = world[role]
  const done = withSide(world, role, { tasks: tasks.filter((each) => each !== task) })
  const say = (body: Message['body'], replyTo: string | undefined) => send(done, role, body, replyTo)
  const tell = (from: World, event: Event) => dispatch(from, role, event, rules)
  const failed = (): [string, World] => ['fails', tell(done, { type: 'failed' })]
  switch (task.type) {
    case 'decide':
      return decisions(role, task.theirs.round, rules).map(([name, decision]) => [
        name,
        tell(done, { type: 'decided', decision }),
      ])
    case 'sign': {
      const round = (task.theirs?.round ?? 0) + 1
      const id: Hex = `0x${role}${world.offers.filter(({ maker }) => maker === role).length}`
      const own = { id, round, price: task.proposal.price }
      const signed: Signed = { ...own, maker: role, age: 0 }
      const noted = write({ ...done, offers: [...done.offers, signed] }, role, id, 'offered')
      return [['signs', tell(noted, { type: 'signed', own })], failed()]
    }
    case 'commit': {
      const { id } = task.theirs
      return [['commits', tell(write(done, role, id, 'signed'), { type: 'committed' })], failed()]
    }
    case 'book': {
      const { id } = task.own
      const state = world[role].journal[id]
      if (state === 'void') return [['books too late', tell(done, { type: 'voided', id })]]
      const booked = state === 'offered' ? write(done, role, id, 'signed') : done
      return [['books', tell(booked, { type: 'booked' })]]
    }
    case 'propose': {
      const asked = say({ type: 'proposal', offer: task.own }, answeredBy(world, task.own.round))
      return [['proposes', withSide(asked, role, { questions: [...questions, `p${task.own.id}`] })], failed()]
    }
    case 'withdraw': {
      const asked = say({ type: 'withdrawal', id: task.own.id }, undefined)
      return [['takes back', withSide(asked, role, { questions: [...questions, `w${task.own.id}`] })]]
    }
    case 'accept':
      return [['accepts', say({ type: 'acceptance', id: task.theirs.id }, `p${task.theirs.id}`)]]
    case 'decline': {
      const { theirs, reason, detail } = task
      return [['declines', say({ type: 'decline', subject: theirs.id, reason, detail }, `p${theirs.id}`)]]
    }
  }
}

/** A side reads a message; what answers no question of its own it does not read. */
export function read(world: World, { to: role, answers, body }: Message, rules: Rules): World {
  if (answers === undefined) return hear(world, role, body, rules)
  const { questions, conversation } = world[role]
  if (!questions.includes(answers)) return world
  const heard = withSide(world, role, { questions: questions.filter((each) => each !== answers) })
  const tell = (event: Event) => dispatch(heard, role, event, rules)
  const phase = conversation?.phase
  // What was asked twice is answered twice.
  if (phase?.type !== 'awaiting') return heard
  const own = phase.own.id
  if (answers.startsWith('w') && answers !== `w${own}`) return heard
  switch (body.type) {
    case 'proposal':
      return inspect(heard, role, body.offer, rules)
    case 'acceptance':
      return tell(body.id === own ? { type: 'accepted', id: body.id } : { type: 'garbled' })
    case 'decline':
      return tell(body.subject === own ? { ...body, type: 'declined' } : { type: 'garbled' })
    case 'withdrawal':
      return world
  }
}

/** What comes unasked: a first offer, or the wish to take one back. */
function hear(world: World, role: Role, body: Message['body'], rules: Rules): World {
  if (body.type === 'proposal') {
    const { conversation } = world[role]
    if (conversation !== undefined || isKnown(world, role, body.offer.id)) {
      // Another conversation, which ends at once: this one hears nothing of it.
      const { effects } = rules.step(answering(role), {
        type: 'proposed',
        offer: body.offer,
        fault: 'OFFER_REPLAYED',
      })
      return later(world, role, effects, rules)
    }
    return inspect(withSide(world, role, { conversation: answering(role) }), role, body.offer, rules)
  }
  if (body.type !== 'withdrawal') return world
  const told = dispatch(world, role, { type: 'withdrawn', id: body.id }, rules)
  return answerWithdrawal(told, role, body.id, rules)
}

function inspect(world: World, role: Role, { id, round, price }: Tabled, rules: Rules): World {
  const fault = isKnown(world, role, id)
    ? 'OFFER_REPLAYED'
    : isExpired(world, id)
      ? 'OFFER_EXPIRED'
      : undefined
  const noted = remember(world, role, id)
  const proposed = { type: 'proposed', offer: { id, round, price } } as const
  return dispatch(noted, role, fault === undefined ? proposed : { ...proposed, fault }, rules)
}

function answerWithdrawal(world: World, role: Role, id: Hex, rules: Rules): World {
  const { conversation, journal } = world[role]
  const running = conversation?.phase.type === 'ended' ? undefined : conversation
  const isSigned = journal[id] === 'signed' || journal[id] === 'opened'
  switch (rules.answerToWithdrawal(running, isSigned)) {
    case 'wait':
      return withSide(world, role, { deferred: id })
    case 'accepted':
      return send(world, role, { type: 'acceptance', id }, `w${id}`)
    case 'withdrawn': {
      const body = { type: 'decline', subject: id, reason: 'withdrawn', detail: '' } as const
      return send(remember(world, role, id), role, body, `w${id}`)
    }
  }
}

function answerDeferred(world: World, role: Role, rules: Rules): World {
  const { deferred } = world[role]
  if (deferred === undefined) return world
  return answerWithdrawal(withSide(world, role, { deferred: undefined }), role, deferred, rules)
}

/** A side looks at what the chain says of one of its deals; undefined when that is nothing new. */
export function look(world: World, role: Role, id: Hex, rules: Rules): World | undefined {
  const state = world[role].journal[id]
  if (state !== 'offered' && state !== 'signed') return undefined
  // Far beyond the difference between clocks.
  const [expiry, now] = isExpired(world, id) ? [0n, 1_000n] : [1_000n, 0n]
  switch (rules.fateOf({ role, state, expiry }, recordOf(world, id), now)) {
    case 'wait':
      return undefined
    case 'open':
      return submit(world, { type: 'open', id })
    case 'opened':
      return dispatch(write(world, role, id, 'opened'), role, { type: 'opened', id }, rules)
    case 'void':
      return dispatch(write(world, role, id, 'void'), role, { type: 'voided', id }, rules)
  }
}

/** A transaction is sent; one that waits already is not sent again. */
export function submit(world: World, { type, id }: World['pool'][number]): World | undefined {
  const isPending = world.pool.some((each) => each.type === type && each.id === id)
  if (isPending || recordOf(world, id) !== 'none' || isExpired(world, id)) return undefined
  return { ...world, pool: [...world.pool, { type, id }] }
}

function decisions(role: Role, round: number, { lastRound }: Rules): [string, Decision][] {
  const answers: [string, Decision][] = [
    ['accepts', { type: 'accept' }],
    ['declines', { type: 'decline', reason: 'price' }],
  ]
  if (round >= lastRound) return answers
  const price = PRICES[role][round + 1] ?? 0n
  const unruly = role === 'seller' ? 1_000n : 0n
  const counter = (each: bigint): Decision => ({ type: 'counter', proposal: { quantity: 1n, price: each } })
  return [...answers, ['counters', counter(price)], ['asks for more again', counter(unruly)]]
}

/** A counter-offer answers the question that brought the offer before it. */
function answeredBy(world: World, round: number): string | undefined {
  const before = world.offers.find((offer) => offer.round === round - 1)
  return before === undefined ? undefined : `p${before.id}`
}

function send(world: World, from: Role, body: Message['body'], answers: string | undefined): World {
  const message =
    answers === undefined ? { to: otherThan(from), body } : { to: otherThan(from), answers, body }
  return { ...world, wire: [...world.wire, message] }
}

function isKnown(world: World, role: Role, id: Hex): boolean {
  return world[role].handled.includes(id) || world[role].journal[id] !== undefined
}

function remember(world: World, role: Role, id: Hex): World {
  const { handled } = world[role]
  return handled.includes(id) ? world : withSide(world, role, { handled: [...handled, id] })
}

function write(world: World, role: Role, id: Hex, state: 'offered' | 'signed' | 'opened' | 'void'): World {
  return withSide(world, role, { journal: { ...world[role].journal, [id]: state } })
}
