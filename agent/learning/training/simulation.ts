import { uniformDraws } from '../../market/uniform-draws.ts'
import type { Aggregate } from '../aggregation/index.ts'
import { type AttackName, createAttack } from '../attacks/index.ts'
import { checkCount } from '../models/checks.ts'
import { type Examples, mlp, sgd } from '../models/index.ts'
import { derivedSeed } from '../random.ts'
import { accuracy } from './evaluation.ts'
import { partition, type Split } from './partition.ts'
import { type Federation, localUpdate, type OpenRound, openRounds } from './rounds.ts'

/** Neurons of the hidden layer. */
const HIDDEN = [32]
const BATCH_SIZE = 16
const LEARNING_RATE = 0.1

/** Parts of a run that draw for themselves. */
const [START, SPLIT, ATTACK, ROUNDS] = [0, 1, 2, 3]

/** Rounds at the end of a run whose accuracies are averaged. */
const COUNTED_ROUNDS = 5

/** A run of learning with some who attack it. */
export interface LearningSimulation {
  /** What the clients learn from, and what the model is tested on: classes, by numbers from 0 to 1. */
  training: Examples
  test: Examples
  classes: number
  /** How many clients, and how many of them attack: fewer than half. */
  clients: number
  byzantine: number
  /** What they do, and how much of it (by default as much as the attack has it); honest without. */
  attack?: { name: AttackName; strength?: number | undefined } | undefined
  /** Inputs that a backdoor sets. */
  trigger: readonly number[]
  rule: Aggregate
  split: Split
  rounds: number
  /** Any integer; the same one gives the same run. */
  seed: number
  /** Neurons of each hidden layer; by default one layer of 32. */
  hidden?: readonly number[] | undefined
  /** Part of the clients that is drawn for each round; by default 1, and 1 where some attack. */
  fraction?: number | undefined
  /** Examples per step of a client (16), and how far it goes (0.1). */
  batchSize?: number | undefined
  learningRate?: number | undefined
}

/** What a round of a simulation came to. */
export interface SimulatedRound {
  /** From 1. */
  round: number
  /** Share of the test rows whose class the global model tells, from 0 to 1. */
  accuracy: number
  /** Share of the rows with a backdoor's trigger that the model takes for what the attackers want; undefined of others. */
  backdoor: number | undefined
  /** How many updates were left out, because a value was not finite. */
  refused: number
  /** Whether nothing came of it, so that the model stayed as it was. */
  isVoid: boolean
}

/**
 * Simulates federated learning under attack: a perceptron, each client one epoch a round by gradient descent.
 *
 * @throws ConfigError `OPTION_INVALID` when a number is out of its bounds, `ATTACK_UNKNOWN`; what the rule throws
 *
 * @example
 * ```ts
 * const rounds = [...simulateLearning({ ...digits, clients: 20, byzantine: 4, attack: { name: 'sign-flip' },
 *   rule: aggregationRule('nnm+trimmed-mean'), split: 'iid', rounds: 30, seed: 1 })]
 * finalAccuracy(rounds)
 * ```
 */
export function* simulateLearning(simulation: LearningSimulation): Generator<SimulatedRound, void> {
  const federation = federationOf(simulation)
  for (const { parameters, tasks, close } of openSimulation(simulation, federation)) {
    yield close(tasks.map(({ examples, seed }) => localUpdate(federation, parameters, examples, seed)))
  }
}

/**
 * The rounds of {@link simulateLearning} for those who let others compute the updates; see {@link openRounds}.
 *
 * @param federation of this simulation, where it is made already
 * @throws as it does
 */
export function* openSimulation(
  simulation: LearningSimulation,
  federation = federationOf(simulation),
): Generator<OpenRound<SimulatedRound>, void> {
  const { test, byzantine, rounds } = simulation
  checkCount('rounds', rounds)
  const { model, attack } = federation
  const goal = byzantine > 0 ? attack.goal?.(test) : undefined
  const all = openRounds(federation)
  for (let round = 1; round <= rounds; round++) {
    const open = all.next().value
    yield {
      ...open,
      close(updates) {
        const { parameters, refused, isVoid } = open.close(updates)
        return {
          round,
          accuracy: accuracy(model, parameters, test),
          backdoor: goal && accuracy(model, parameters, goal),
          refused,
          isVoid,
        }
      },
    }
  }
}

/** How every client of a simulation learns, in numbers: what a thread has to be told. */
export interface Learner {
  /** Inputs, neurons of each hidden layer, classes. */
  widths: readonly number[]
  batchSize: number
  learningRate: number
}

/** How the clients of a simulation learn. */
export function learnerOf(simulation: LearningSimulation): Learner {
  const { training, classes, hidden = HIDDEN } = simulation
  const { batchSize = BATCH_SIZE, learningRate = LEARNING_RATE } = simulation
  return { widths: [training.inputs.length / training.rows, ...hidden, classes], batchSize, learningRate }
}

/**
 * The model of a learner, and how it is trained: one epoch of gradient descent.
 *
 * @throws ConfigError `OPTION_INVALID` when a number is out of its bounds
 */
export function trainingOf({
  widths,
  batchSize,
  learningRate,
}: Learner): Pick<Federation, 'model' | 'local'> {
  return { model: mlp(widths), local: { epochs: 1, batchSize, optimiser: sgd(learningRate) } }
}

/**
 * Who learns in a simulation.
 *
 * @throws ConfigError `OPTION_INVALID`, `ATTACK_UNKNOWN`
 */
export function federationOf(simulation: LearningSimulation): Federation {
  const { training, classes, clients, byzantine, seed, trigger, fraction } = simulation
  const draw = (part: number) => uniformDraws(derivedSeed(seed, part))
  const { model, local } = trainingOf(learnerOf(simulation))
  const { name, strength } = simulation.attack ?? {}
  const attack =
    name === undefined ? {} : createAttack(name, { classes, trigger, draw: draw(ATTACK) }, strength)
  return {
    model,
    start: model.initialise(draw(START)),
    clients: partition(training, clients, simulation.split, draw(SPLIT)),
    byzantine,
    attack,
    fraction,
    rule: simulation.rule,
    local,
    seed: derivedSeed(seed, ROUNDS),
  }
}

/**
 * Mean accuracy of the last five rounds, or of all where they are fewer.
 *
 * @returns from 0 to 1
 * @throws ConfigError `OPTION_INVALID` when there is no round
 */
export function finalAccuracy(rounds: readonly SimulatedRound[]): number {
  checkCount('rounds.length', rounds.length)
  const counted = rounds.slice(-COUNTED_ROUNDS)
  return counted.reduce((sum, round) => sum + round.accuracy, 0) / counted.length
}
