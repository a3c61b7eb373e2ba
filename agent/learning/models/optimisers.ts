import { addScaled, type Vector, zerosLike } from '../kernels.ts'
import { checkCount, checkLength, checkOption, checkPositive } from './checks.ts'

/** What an optimiser remembers from one step to the next. */
export interface OptimiserState {
  /** Steps that were made. */
  steps: number
  /** Running averages, as long as the parameters each. */
  averages: Vector[]
}

/** A rule by which parameters follow their gradient. */
export interface Optimiser {
  /** What it remembers before the first step. @param parameters to which the steps will be */
  start(parameters: Vector): OptimiserState
  /**
   * Makes one step: parameters and state are changed in place, by nothing but the arguments.
   *
   * @throws ConfigError `SHAPE_MISMATCH` unless the gradient is as long as the parameters
   */
  step(parameters: Vector, gradient: Vector, state: OptimiserState): void
}

/**
 * Stochastic gradient descent: against the gradient, by the learning rate.
 *
 * @throws ConfigError `OPTION_INVALID` unless the learning rate is finite and positive
 *
 * @example
 * ```ts
 * const [optimiser, parameters] = [sgd(0.5), Float32Array.of(1)]
 * optimiser.step(parameters, Float32Array.of(2), optimiser.start(parameters)) // parameters: [0]
 * ```
 */
export function sgd(learningRate: number): Optimiser {
  checkPositive('learningRate', learningRate)
  return {
    start: () => ({ steps: 0, averages: [] }),
    step(parameters, gradient, state) {
      checkLength('gradient', gradient, parameters.length)
      addScaled(-learningRate, gradient, parameters)
      state.steps += 1
    },
  }
}

/**
 * Gradient descent with momentum: velocity = decay · velocity + gradient; parameters -= learning rate · velocity.
 *
 * Source: Polyak, "Some methods of speeding up the convergence of iteration methods" (1964), in the form of Sutskever,
 * Martens, Dahl and Hinton, "On the importance of initialization and momentum in deep learning" (2013), equations 1 and 2,
 * with the learning rate outside of the velocity, as PyTorch has it.
 *
 * @param decay what is left of the velocity, from 0 to below 1
 * @throws ConfigError `OPTION_INVALID` when one of them is out of its bounds
 *
 * @example
 * ```ts
 * momentum(0.1, 0.9)
 * ```
 */
export function momentum(learningRate: number, decay = 0.9): Optimiser {
  checkPositive('learningRate', learningRate)
  checkDecay('decay', decay)
  return {
    start: (parameters) => ({ steps: 0, averages: [zerosLike(parameters, parameters.length)] }),
    step(parameters, gradient, state) {
      checkLength('gradient', gradient, parameters.length)
      const velocity = averageOf(state, 0, parameters)
      for (let i = 0; i < parameters.length; i++)
        velocity[i] = decay * (velocity[i] ?? 0) + (gradient[i] ?? 0)
      addScaled(-learningRate, velocity, parameters)
      state.steps += 1
    },
  }
}

/** Settings of Adam that are seldom changed. */
export interface AdamOptions {
  /** What is left of the averages of the gradient (by default 0.9) and of its square (0.999), from 0 to below 1. */
  beta1?: number
  beta2?: number
  /** Keeps the divisor from 0; positive, by default 1e-8. */
  epsilon?: number
  /** AdamW: what part of the parameters each step takes off, times the learning rate; at least 0, by default 0. */
  weightDecay?: number
  /** Steps over which the learning rate falls to 0, by half a cosine; a positive integer. By default it stays. */
  decaySteps?: number
}

/**
 * Adam: steps by the average of the gradient over the root of the average of its square, both corrected for beginning at 0.
 *
 * Sources: Kingma and Ba, "Adam: a method for stochastic optimization" (ICLR 2015), algorithm 1; of the weight decay,
 * Loshchilov and Hutter, "Decoupled weight decay regularization" (ICLR 2019), algorithm 2; of the falling rate, the same, "SGDR:
 * stochastic gradient descent with warm restarts" (ICLR 2017), equation 5, without restarts.
 *
 * @throws ConfigError `OPTION_INVALID` when a setting is out of its bounds
 *
 * @example
 * ```ts
 * adam(0.001)
 * ```
 */
export function adam(
  learningRate: number,
  { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weightDecay = 0, decaySteps }: AdamOptions = {},
): Optimiser {
  checkPositive('learningRate', learningRate)
  checkDecay('beta1', beta1)
  checkDecay('beta2', beta2)
  checkPositive('epsilon', epsilon)
  checkOption(
    'weightDecay',
    weightDecay,
    Number.isFinite(weightDecay) && weightDecay >= 0,
    'a finite number of at least 0',
  )
  if (decaySteps !== undefined) checkCount('decaySteps', decaySteps)
  return {
    start: (parameters) => ({
      steps: 0,
      averages: [zerosLike(parameters, parameters.length), zerosLike(parameters, parameters.length)],
    }),
    step(parameters, gradient, state) {
      checkLength('gradient', gradient, parameters.length)
      const [mean, square] = [averageOf(state, 0, parameters), averageOf(state, 1, parameters)]
      const rate =
        decaySteps === undefined ? learningRate : learningRate * halfCosine(state.steps / decaySteps)
      state.steps += 1
      const [meanBias, squareBias] = [1 - beta1 ** state.steps, 1 - beta2 ** state.steps]
      for (let i = 0; i < parameters.length; i++) {
        const slope = gradient[i] ?? 0
        const first = beta1 * (mean[i] ?? 0) + (1 - beta1) * slope
        const second = beta2 * (square[i] ?? 0) + (1 - beta2) * slope * slope
        mean[i] = first
        square[i] = second
        const divisor = Math.sqrt(second / squareBias) + epsilon
        const value = parameters[i] ?? 0
        parameters[i] = value - (rate * (first / meanBias)) / divisor - rate * weightDecay * value
      }
    },
  }
}

/** From 1 to 0, and 0 after it. */
function halfCosine(part: number): number {
  return (1 + Math.cos(Math.PI * Math.min(1, part))) / 2
}

function checkDecay(field: string, value: number): void {
  checkOption(field, value, value >= 0 && value < 1, 'a number from 0 to below 1')
}

function averageOf(state: OptimiserState, index: number, parameters: Vector): Vector {
  const average = state.averages[index] ?? new Float32Array()
  checkLength(`state.averages[${index}]`, average, parameters.length)
  return average
}
