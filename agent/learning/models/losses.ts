import { ConfigError } from '../../../protocol/errors.ts'
import type { Vector } from '../kernels.ts'
import { checkPositive } from './checks.ts'

/** How far outputs are from what they should be. */
export interface Loss {
  /** Targets per row, of a model with so many outputs. */
  targets(outputs: number): number
  /**
   * Mean loss over rows; the outputs become its gradient with respect to them.
   *
   * @param outputs rows × width
   * @param targets rows × targets(width)
   * @param width outputs per row
   */
  differentiate(outputs: Vector, targets: Vector, width: number): number
}

/** Mean of the squared errors, over rows and outputs. */
export const squaredError: Loss = {
  targets: (outputs) => outputs,
  differentiate(outputs, targets) {
    let sum = 0
    for (let i = 0; i < outputs.length; i++) {
      const error = (outputs[i] ?? 0) - (targets[i] ?? 0)
      sum += error * error
      outputs[i] = (2 * error) / outputs.length
    }
    return sum / outputs.length
  },
}

/**
 * Mean of the absolute errors, over rows and outputs, rounded off about 0: √(error² + width²) - width. Beyond the width an error
 * pulls as much however large it is, so one that is out of the ordinary does not outweigh the others.
 *
 * Source: Charbonnier, Blanc-Féraud, Aubert and Barlaud, "Two deterministic half-quadratic regularization algorithms for
 * computed imaging" (ICIP 1994).
 *
 * @param width up to about which an error counts less than others, in the unit of the targets
 * @throws ConfigError `OPTION_INVALID` unless the width is finite and positive
 *
 * @example
 * ```ts
 * absoluteError(3).differentiate(Float32Array.of(4), Float32Array.of(0), 1) // 2: √(16 + 9) - 3
 * ```
 */
export function absoluteError(width: number): Loss {
  checkPositive('width', width)
  return {
    targets: (outputs) => outputs,
    differentiate(outputs, targets) {
      let sum = 0
      for (let i = 0; i < outputs.length; i++) {
        const error = (outputs[i] ?? 0) - (targets[i] ?? 0)
        const root = Math.sqrt(error * error + width * width)
        sum += root - width
        outputs[i] = error / root / outputs.length
      }
      return sum / outputs.length
    },
  }
}

/**
 * Cross-entropy of the softmax of the outputs with the class that is the target, in nats. The largest output of a row is
 * taken off first, so that no exponential overflows.
 *
 * Source: Goodfellow, Bengio and Courville, "Deep Learning" (2016), sections 4.1 and 6.2.2.3.
 */
export const softmaxCrossEntropy: Loss = {
  targets: () => 1,
  differentiate(outputs, targets, width) {
    const rows = targets.length
    let sum = 0
    for (let row = 0; row < rows; row++) {
      const scores = outputs.subarray(row * width, (row + 1) * width)
      const target = classAt(targets, row, width)
      let most = Number.NEGATIVE_INFINITY
      for (let i = 0; i < width; i++) most = Math.max(most, scores[i] ?? 0)
      let total = 0
      for (let i = 0; i < width; i++) total += Math.exp((scores[i] ?? 0) - most)
      sum += Math.log(total) + most - (scores[target] ?? 0)
      for (let i = 0; i < width; i++) {
        const probability = Math.exp((scores[i] ?? 0) - most) / total
        scores[i] = (probability - (i === target ? 1 : 0)) / rows
      }
    }
    return sum / rows
  },
}

function classAt(targets: Vector, row: number, classes: number): number {
  const target = targets[row] ?? Number.NaN
  if (Number.isInteger(target) && target >= 0 && target < classes) return target
  throw new ConfigError('CLASS_INVALID', 'A target is none of the classes.', {
    field: `examples.targets[${row}]`,
    expected: `an integer from 0 to ${classes - 1}`,
    received: target,
    remedy: 'Number the classes from 0, and give the model as many outputs as there are classes.',
  })
}
