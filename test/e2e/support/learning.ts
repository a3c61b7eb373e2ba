import { setTimeout as sleep } from 'node:timers/promises'
import {
  accuracy,
  type Examples,
  type LearningRound,
  type MeshNetwork,
  type Moment,
  mlp,
  partition,
  sgd,
  type TaskTerms,
  type Trainer,
  train,
} from '../../../agent/index.ts'
import { uniformDraws } from '../../../agent/market/uniform-draws.ts'
import { readDigits } from '../../../community/read-digits.ts'
import type { TestMarket } from './market.ts'

const LAYERS = [64, 32, 10]
/** Rows of the test set that a requester keeps to score by; the others tell what became of the model. */
const HIDDEN = 200
/** Seconds of a phase: the test moves the chain's clock on when all has happened. */
export const PHASE = 600
export const REWARD = 10_000_000n

const model = mlp(LAYERS)
const { training, test } = readDigits('data/learning')

/** A task of handwritten digits. */
export function digitsTask(more: Partial<TaskTerms> = {}): TaskTerms {
  const network = { kind: 'mlp', layers: LAYERS } as const
  return {
    model: { network, parameters: start(), scale: 2 ** 20, damping: 20, maxNorm: 1 },
    hiddenSet: rowsOf(test, 0, HIDDEN),
    ...{ reward: REWARD, evaluationFee: 900_000n, aggregationFee: 100_000n },
    ...{ participantStake: 1_000_000n, evaluatorStake: 1_000_000n },
    ...{ rule: 'trimmed-mean', trim: 1, maxParticipants: 64, panel: 3, clip: 10 },
    phases: { commit: PHASE, reveal: PHASE, attest: PHASE, score: PHASE, close: PHASE },
    ...more,
  }
}

/** Trains on one of so many parts of the digits. */
export function digitsTrainer(part: number, parts: number): Trainer {
  const own = partition(training, parts, 'iid', uniformDraws(7))[part]
  if (own === undefined) throw new Error(`no part ${part}`)
  return ({ parameters }) => {
    const local = { epochs: 1, batchSize: 16, optimiser: sgd(0.1) }
    const trained = train(model, parameters, own, local, uniformDraws(part))
    return trained.map((value, i) => value - (parameters[i] ?? 0))
  }
}

/** What {@link digitsTrainer} makes of the task's model. */
export function digitsUpdate(part: number, parts: number): Float32Array {
  const given = { ...digitsTask().model, model }
  return digitsTrainer(part, parts)(given, AbortSignal.timeout(60_000)) as Float32Array
}

/** Share of digits that a model tells, of those that no round has seen; by default of the untrained one. */
export function digitsTold(parameters: Float32Array = start()): number {
  return accuracy(model, parameters, rowsOf(test, HIDDEN, test.rows))
}

/** Waits until a round stands as asked. The chain's clock goes on meanwhile, as it does elsewhere. */
export async function passUntil(
  market: TestMarket,
  round: LearningRound,
  test: (moment: Moment) => boolean,
  timeout = 150_000,
): Promise<Moment> {
  const waiting = { isOver: false }
  const found = round.until(test, { signal: AbortSignal.timeout(timeout) }).finally(() => {
    waiting.isOver = true
  })
  const isFound = found.then(
    () => undefined,
    () => undefined,
  )
  while (!waiting.isOver) {
    await market.later(1)
    await Promise.race([isFound, sleep(250)])
  }
  return found.catch((cause: unknown) => {
    const moment = JSON.stringify(round.moment, (_, value) =>
      typeof value === 'bigint' ? `${value}` : value,
    )
    throw new Error(`waited in vain for a round; ${moment}`, { cause })
  })
}

/** A phase of a round, and what has to have happened in it for the next to begin. */
export const DONE = {
  reveal: ({ view }: Moment) => view.participants.every(({ revealed }) => revealed !== undefined),
  attest: ({ view }: Moment) =>
    view.hidden !== undefined && view.seats.length > 0 && view.seats.every((seat) => seat.hasAttested),
  score: ({ view }: Moment) =>
    view.proposals.some(({ status }) => status === 'standing') &&
    view.seats.every((seat) => seat.hasCommitted),
  close: ({ view }: Moment) => view.seats.every((seat) => seat.hasRevealed),
  over: ({ view }: Moment) =>
    view.settled !== undefined && view.proposals.every(({ status }) => status !== 'standing'),
}

/** Has a phase begin, and no more of it be over than that. */
export async function begin(
  market: TestMarket,
  round: LearningRound,
  phase: keyof typeof DONE,
): Promise<void> {
  const { commitUntil, revealUntil, attestUntil, scoreUntil, closeAt } = round.task
  const from = {
    reveal: commitUntil,
    attest: revealUntil,
    score: attestUntil,
    close: scoreUntil,
    over: closeAt,
  }
  const { now } = await round.until(() => true)
  await market.later(Math.max(1, Number(from[phase] - now) + 2))
}

/** Has the next phase begin, and waits until that has happened in it which is to. */
export async function pass(
  market: TestMarket,
  round: LearningRound,
  phase: keyof typeof DONE,
  test: (moment: Moment) => boolean = DONE[phase],
): Promise<Moment> {
  await begin(market, round, phase)
  return passUntil(market, round, (moment) => moment.phase === phase && test(moment))
}

/** Gives an agent the stake that it needs for a role. */
export async function staked(agent: MeshNetwork, role: 'participant' | 'evaluator'): Promise<MeshNetwork> {
  await agent.account.ensureLearningStake(role, 2_000_000n)
  return agent
}

function start(): Float32Array {
  return model.initialise(uniformDraws(1))
}

function rowsOf({ rows, inputs, targets }: Examples, from: number, until: number): Examples {
  const [width, wide] = [inputs.length / rows, targets.length / rows]
  return {
    rows: until - from,
    inputs: Float32Array.from(inputs.subarray(from * width, until * width)),
    targets: Float32Array.from(targets.subarray(from * wide, until * wide)),
  }
}
