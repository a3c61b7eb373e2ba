import { uniformDraws } from '../../market/uniform-draws.ts'
import type { Aggregate } from '../aggregation/index.ts'
import { type AttackName, createAttack } from '../attacks/index.ts'
import { checkCount } from '../models/checks.ts'
import { type Examples, mlp, sgd } from '../models/index.ts'
import { derivedSeed } from '../random.ts'
import { accuracy } from './evaluation.ts'
import { partition, type Split } from './partition.ts'
import { federatedRounds } from './rounds.ts'

/** Neurons of the hidden layer. */
const HIDDEN = 32
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
}

/** What a round of a simulation came to. */
export interface SimulatedRound {
  /** From 1. */
  round: number
  /** Share of the test rows whose class the global model tells, from 0 to 1. */
  accuracy: number
  /** Share of the rows with a backdoor's trigger that the model takes for what the attackers want; undefined of others. */
  backdoor: number | undefined
  /** Whether something was not finite, so that the model stayed as it was. */
  isVoid: boolean
}

/**
 * Simulates federated learning under attack: a perceptron of one hidden layer of 32 neurons, each client one epoch a round by
 * gradient descent (batches of 16, learning rate 0.1), all clients in each round.
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
  const { training, test, classes, clients, byzantine, rounds, seed, trigger } = simulation
  checkCount('rounds', rounds)
  const draw = (part: number) => uniformDraws(derivedSeed(seed, part))
  const model = mlp([training.inputs.length / training.rows, HIDDEN, classes])
  const { name, strength } = simulation.attack ?? {}
  const attack =
    name === undefined ? {} : createAttack(name, { classes, trigger, draw: draw(ATTACK) }, strength)
  const goal = byzantine > 0 ? attack.goal?.(test) : undefined
  const federation = {
    model,
    start: model.initialise(draw(START)),
    clients: partition(training, clients, simulation.split, draw(SPLIT)),
    byzantine,
    attack,
    rule: simulation.rule,
    local: { epochs: 1, batchSize: BATCH_SIZE, optimiser: sgd(LEARNING_RATE) },
    seed: derivedSeed(seed, ROUNDS),
  }
  let round = 0
  for (const { parameters, isVoid } of federatedRounds(federation)) {
    round += 1
    yield {
      round,
      accuracy: accuracy(model, parameters, test),
      backdoor: goal && accuracy(model, parameters, goal),
      isVoid,
    }
    if (round === rounds) return
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
