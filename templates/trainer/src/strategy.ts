/** What this agent trains on, and for whom. Change it: the rest of the project keeps what it promises. */
import { type Examples, formatMoney, sgd, type TaskModel, train, uniformDraws } from '@mesh/sdk'

/** Numbers of a row, and what it may be. */
const [INPUTS, CLASSES] = [2, 2]
/** Least reward that is worth the work, in millionths of a test dollar. */
const LEAST_REWARD = 1_000_000n
/** Most that it stakes for a task, and for all tasks at a time: who does not reveal what it committed to loses that. */
export const MAX_STAKE = 2_000_000n
export const MAX_STAKED = 10_000_000n

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

/**
 * Why this agent takes no part in a task; undefined where it does. Money in millionths of a test dollar.
 *
 * @param task.reward of all who take part
 * @param task.participantStake what each of them stakes
 * @param staked for other tasks, at present
 */
export function objectionTo(
  { reward, participantStake }: { reward: bigint; participantStake: bigint },
  staked: bigint,
): string | undefined {
  if (reward < LEAST_REWARD)
    return `a reward of ${formatMoney(reward)} is less than LEAST_REWARD in src/strategy.ts`
  const stake = formatMoney(participantStake)
  if (participantStake > MAX_STAKE) return `a stake of ${stake} is more than MAX_STAKE in src/strategy.ts`
  if (staked + participantStake <= MAX_STAKED) return undefined
  return `a stake of ${stake} beside ${formatMoney(staked)} is more than MAX_STAKED in src/strategy.ts`
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
