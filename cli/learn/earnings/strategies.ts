import { type Examples, normalDraws, partition } from '../../../agent/index.ts'

/** What somebody dishonest knows when it commits to updates. */
export interface ParticipantView {
  /** Its own digits. */
  own: Examples
  /** What it would send if it were honest, or would with other rows. */
  train(own?: Examples): Float32Array
  /** By how much the aggregates changed the model, the last one first. */
  changes: readonly Float32Array[]
  /** An update of somebody else that was published in the last round. */
  published: Float32Array | undefined
  draw: () => number
}

/** What an evaluator knows when it commits to scores. */
interface EvaluatorView {
  /** The right scores. */
  scores: readonly number[]
  /** Those of the last round. */
  earlier: readonly number[] | undefined
  /** The place of the participant whom it favours. */
  friend: number
  draw: () => number
}

/** Something that somebody does instead of being honest, in whatever of the three roles. */
export interface Strategy {
  /** In the words of the table. */
  what: string
  /** As a participant: the updates of all its identities. */
  updates?: (view: ParticipantView) => Float32Array[]
  /** Whether it never reveals them. */
  isMute?: boolean
  /** As evaluators: how many, and the scores that they give; none at all when they say nothing. */
  evaluators?: number
  scores?: (view: EvaluatorView) => number[] | undefined
  /** Whether it proposes an aggregate that is wrong in one coordinate. */
  forges?: boolean
  /** What the requester leaves undone: to move the model on before it opens a round, or to have a canary. */
  without?: 'extrapolation' | 'canary'
}

const zeros = ({ train }: ParticipantView) => train().fill(0)
const lastChange = ({ changes, train }: ParticipantView) => [changes[0] ?? train().fill(0)]
const times = (factor: number) => (view: ParticipantView) => [view.train().map((value) => value * factor)]

/** The same update several times, with noise of so many times its length. */
function noisy(identities: number, part: number) {
  return ({ train, draw }: ParticipantView) => {
    const update = train()
    const normal = normalDraws(draw)
    const deviation = (part * Math.hypot(...update)) / Math.sqrt(update.length)
    return Array.from({ length: identities }, () => update.map((value) => value + deviation * normal()))
  }
}

/** What pays somebody who does nothing at all for each participant. */
const same = 1_000

/** Everything that is tried, by name. */
export const strategies = {
  honest: { what: 'trains, and sends the update', updates: ({ train }) => [train()] },
  'copy-friend': {
    what: 'two owners commit to one update',
    updates: ({ train }) => [train(), train()],
  },
  'copy-published': {
    what: "somebody's update of the last round",
    updates: (view) => [view.published ?? zeros(view)],
  },
  zeros: { what: 'zeros', updates: (view) => [zeros(view)] },
  noise: {
    what: 'noise, as long as an update',
    updates: (view) => {
      const normal = normalDraws(view.draw)
      const update = view.train()
      const deviation = Math.hypot(...update) / Math.sqrt(update.length)
      return [update.map(() => deviation * normal())]
    },
  },
  'last-change': { what: "the model's last change once more", updates: lastChange },
  'last-change-plain': {
    what: 'the same; the requester does not move the model on',
    updates: lastChange,
    without: 'extrapolation',
  },
  'older-change': {
    what: 'the change before the last',
    updates: ({ changes, train }) => [changes[1] ?? train().fill(0)],
  },
  'exaggerate-3': { what: 'its update, 3 times as long', updates: times(3) },
  'exaggerate-20': { what: 'its update, 20 times as long', updates: times(20) },
  'sign-flip': { what: 'the opposite of its update', updates: times(-1) },
  'non-revealer': { what: 'commits, and never reveals', updates: ({ train }) => [train()], isMute: true },
  'sybils-exact': { what: 'five identities, one update', updates: noisy(5, 0) },
  'sybils-little-noise': {
    what: 'five, each with noise of a hundredth of the length',
    updates: noisy(5, 0.01),
  },
  'sybils-much-noise': { what: 'five, each with noise as long as the update', updates: noisy(5, 1) },
  'sybils-parts': {
    what: 'five, each with a fifth of the rows',
    updates: ({ own, train, draw }) => partition(own, 5, 'iid', draw).map((part) => train(part)),
  },
  'lazy-equal': {
    what: 'the same score for everybody',
    evaluators: 2,
    scores: ({ scores }) => scores.map(() => same),
  },
  'lazy-random': {
    what: 'scores at random',
    evaluators: 2,
    scores: ({ scores, draw }) => scores.map(() => Math.floor(draw() * 2 * same)),
  },
  'lazy-earlier': {
    what: 'the scores of the last round',
    evaluators: 2,
    scores: ({ scores, earlier }) => [...(earlier ?? scores.map(() => same))],
  },
  favour: {
    what: 'the right scores, but ten times as much for a friend',
    updates: ({ train }) => [train()],
    evaluators: 2,
    scores: ({ scores, friend }) => scores.map((score, i) => (i === friend ? 10 * score : score)),
  },
  'silent-seat': { what: 'takes a seat, and says nothing', evaluators: 2, scores: () => undefined },
  'lazy-majority': {
    what: 'four of six agree on the same score for everybody',
    evaluators: 4,
    scores: ({ scores }) => scores.map(() => same),
  },
  'lazy-majority-plain': {
    what: 'the same; the requester has no canary',
    evaluators: 4,
    scores: ({ scores }) => scores.map(() => same),
    without: 'canary',
  },
  'wrong-chunk': {
    what: 'proposes an aggregate with one wrong coordinate',
    updates: ({ train }) => [train()],
    forges: true,
  },
} as const satisfies Record<string, Strategy>

export type StrategyName = keyof typeof strategies
