import { checkOption } from '../models/checks.ts'
import type { Examples } from '../models/index.ts'
import { selectRows } from '../training/rows.ts'
import type { Attack } from './attack.ts'

/** What the attackers want the model to do. */
export interface Backdoor {
  /** Inputs, from 0, that are set to 1. */
  trigger: readonly number[]
  /** The class that it is to tell then. */
  target: number
  /** How many times as long as the attacker's update is what it sends; 1 is plain poisoning. */
  boost: number
}

/** Every so many-th example is poisoned: the model is to stay good at what has no trigger. */
const POISON_EVERY = 2

/**
 * Backdoor: half of the examples get a trigger and the label that the attackers want, and the update is stretched so that it
 * outlasts the mean with the others' (model replacement).
 *
 * Sources: Gu, Dolan-Gavitt and Garg, "BadNets" (2017), for the trigger; Bagdasaryan, Veit, Hua, Estrin and
 * Shmatikov, "How to backdoor federated learning" (AISTATS 2020), model replacement, for the stretching.
 *
 * Poisoning throws ConfigError `OPTION_INVALID` when a trigger is no input of the examples.
 *
 * @example
 * ```ts
 * backdoor({ trigger: [63], target: 0, boost: 5 }).goal?.(test) // what is no 0, with the last pixel lit and the label 0
 * ```
 */
export function backdoor({ trigger, target, boost }: Backdoor): Attack {
  return {
    poison: (examples) => withTrigger(examples, trigger, target, POISON_EVERY),
    corrupt: ({ own }) => own.map((update) => update.map((value) => boost * value)),
    goal(examples) {
      const others = [...examples.targets.keys()].filter((row) => examples.targets[row] !== target)
      return withTrigger(selectRows(examples, others), trigger, target, 1)
    },
  }
}

function withTrigger(
  examples: Examples,
  trigger: readonly number[],
  target: number,
  every: number,
): Examples {
  const [inputs, targets] = [examples.inputs.slice(), examples.targets.slice()]
  const width = inputs.length / examples.rows
  for (const [index, input] of trigger.entries()) {
    const isInput = Number.isInteger(input) && input >= 0 && input < width
    checkOption(`trigger[${index}]`, input, isInput, `an integer from 0 to ${width - 1}`)
  }
  for (let row = 0; row < examples.rows; row += every) {
    for (const input of trigger) inputs[row * width + input] = 1
    targets[row] = target
  }
  return { rows: examples.rows, inputs, targets }
}
