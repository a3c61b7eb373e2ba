/** What this agent trains on, and for whom. Change it: the rest of the project keeps what it promises. */
import { type Examples, sgd, type TaskModel, train, uniformDraws } from '@mesh/sdk'

/** Numbers of a row, and what it may be. */
const [INPUTS, CLASSES] = [2, 2]
/** Least reward that is worth the work, in millionths of a test dollar. */
const LEAST_REWARD = 1_000_000n

/**
 * Readings of machines, made up: temperature and vibration, each from -1 to 1, and whether the machine failed a week later (1) or
 * not (0). Read your own data here: it never leaves this agent.
 *
 * @param seed of what is drawn
 */
export function readings(seed: number, rows: number): Examples {
  const draw = uniformDraws(seed)
  const inputs = Float32Array.from({ length: rows * INPUTS }, () => 2 * draw() - 1)
  const targets = Float32Array.from({ length: rows }, (_, row) => {
    const [temperature = 0, vibration = 0] = inputs.subarray(row * INPUTS)
    return temperature + 2 * vibration + 0.4 * (draw() - 0.5) > 0 ? 1 : 0
  })
  return { rows, inputs, targets }
}

/** Whether a task is worth the work. @param reward of all who take part, in millionths of a test dollar */
export function isWorthwhile(reward: bigint): boolean {
  return reward >= LEAST_REWARD
}

/**
 * Trains a task's model on own data.
 *
 * @returns by how much each parameter is to change
 * @throws Error when the model is for other data than this
 */
export function improve({ model, network, parameters }: TaskModel, own: Examples): Float32Array {
  const { layers } = network
  if (layers[0] !== INPUTS || layers.at(-1) !== CLASSES) {
    throw new Error(
      `a model of ${INPUTS} inputs and ${CLASSES} classes was expected, not of ${layers.join(', ')}`,
    )
  }
  const local = { epochs: 3, batchSize: 16, optimiser: sgd(0.1) }
  const trained = train(model, parameters, own, local, Math.random)
  return trained.map((value, i) => value - (parameters[i] ?? 0))
}
