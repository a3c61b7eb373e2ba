import { applyAggregate, derivedSeed, extrapolate, quantise, uniformDraws } from '../../../agent/index.ts'
import { Books, type Money, readMoney, type Statement } from './books.ts'
import { contributionsOf, DISHONEST_OWNER } from './contributions.ts'
import type { Lesson } from './lesson.ts'
import { type PlayedRound, playRound, type RoundPlan } from './play.ts'
import type { Strategy } from './strategies.ts'
import { DAMPING, ESCROWED, OWNERS, SCALE, TERMS } from './terms.ts'
import type { Party, World } from './world.ts'

/** Where the draws of the dishonest begin, apart from those of a lesson. */
const DISHONEST = 100

/** Everybody there is. */
export interface Cast {
  requester: Party
  /** The requester's agent among the participants. */
  canary: Party
  /** One identity of each owner, and then the others of the one who is dishonest. */
  participants: readonly Party[]
  /** Those who are dishonest come last. */
  evaluators: readonly Party[]
}

/** Somebody's money after some rounds. */
export interface Earner {
  party: Party
  isHonest: boolean
  statement: Statement
  /** How often it had a seat on a panel. */
  seats: number
}

/** What came of some rounds with a strategy; money in minor units. */
export interface Played {
  participants: Earner[]
  evaluators: Earner[]
  /** By how many lengths of its last change the requester moved the model on, before each round but the first. */
  steps: number[]
  /** Rewards and fees that were escrowed and that were credited, and what the requester's balance fell by. */
  escrowed: bigint
  paid: bigint
  spent: bigint
  slashed: bigint
  before: Money
  after: Money
}

/**
 * Plays rounds in succession, each from the model that the last one left, with everybody honest but one owner or a few
 * evaluators.
 *
 * @param seed of what the dishonest draw
 */
export async function playScenario(
  world: World,
  cast: Cast,
  lesson: Lesson,
  strategy: Strategy,
  seed: number,
): Promise<Played> {
  const books = new Books(world.panel)
  world.tell((sender, receipt) => books.note(sender, receipt))
  const before = await readMoney(world)
  const fakers = cast.evaluators.slice(cast.evaluators.length - (strategy.evaluators ?? 0))
  const draw = uniformDraws(derivedSeed(seed, DISHONEST))
  const seats = new Map<Party, number>()
  const present = new Set<Party>()
  const changes: Float32Array[] = []
  const steps: number[] = []
  let base = lesson.start
  let [earlier, published]: [PlayedRound?, Float32Array?] = []
  for (const [round, examples] of lesson.hidden.entries()) {
    const [change] = changes
    if (change !== undefined && strategy.without !== 'extrapolation') {
      const { parameters, step } = extrapolate(lesson.model, base, change, examples)
      base = parameters
      steps.push(step)
    }
    const requested = lesson.update(base, lesson.requested, round, OWNERS)
    const { model } = lesson
    const maxNorm = Math.hypot(...requested)
    const sent = contributionsOf(cast.participants, lesson, strategy, {
      base,
      round,
      changes,
      published,
      draw,
    })
    const canary = { party: cast.canary, update: quantise(requested, SCALE, TERMS.clip), isMute: false }
    const plan: RoundPlan = {
      requester: cast.requester,
      contributions: [...sent, canary],
      evaluators: cast.evaluators,
      evaluation: { model, base, examples, scale: SCALE, damping: DAMPING, maxNorm },
      canary: strategy.without === 'canary' ? undefined : cast.canary,
      proposer: cast.canary,
      forger: strategy.forges ? cast.participants[DISHONEST_OWNER] : undefined,
      scoresOf(evaluator, scores) {
        if (strategy.scores === undefined || !fakers.includes(evaluator)) return scores
        return strategy.scores({ scores, earlier: earlier?.scores, friend: DISHONEST_OWNER, draw })
      },
    }
    const played = await playRound(world, plan)
    for (const party of played.seated) seats.set(party, (seats.get(party) ?? 0) + 1)
    for (const { party } of sent) present.add(party)
    const next = applyAggregate(base, played.aggregate, SCALE)
    changes.unshift(next.map((value, i) => value - (base[i] ?? 0)))
    earlier = played
    published = sent[0] && Float32Array.from(sent[0].update, (value) => value / SCALE)
    base = next
  }
  const after = await readMoney(world)
  const balanceOf = ({ owned }: Money) => owned.get(cast.requester.address)?.balance ?? 0n
  const earner = (party: Party, isHonest: boolean): Earner => {
    return { party, isHonest, statement: books.of(party.address), seats: seats.get(party) ?? 0 }
  }
  const isDishonest = strategy.updates !== undefined
  return {
    participants: [...present].map((party, i) => earner(party, i < DISHONEST_OWNER || !isDishonest)),
    evaluators: cast.evaluators.map((party) => earner(party, !fakers.includes(party))),
    steps,
    escrowed: ESCROWED * BigInt(lesson.hidden.length),
    paid: books.paid,
    spent: balanceOf(before) - balanceOf(after),
    slashed: books.slashed,
    before,
    after,
  }
}
