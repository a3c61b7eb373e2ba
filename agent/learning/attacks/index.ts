/** Attacks on learning, each with its source. */
import { ConfigError } from '../../../protocol/errors.ts'
import { checkPositive } from '../models/checks.ts'
import type { Attack } from './attack.ts'
import { backdoor } from './backdoor.ts'
import { copier } from './copier.ts'
import { freeRider } from './free-rider.ts'
import { gaussian } from './gaussian.ts'
import { innerProductManipulation } from './inner-product.ts'
import { labelFlip } from './label-flip.ts'
import { littleIsEnough } from './little-is-enough.ts'
import { mimic } from './mimic.ts'
import { signFlip } from './sign-flip.ts'

export type { Attack, RoundView } from './attack.ts'

/** What is attacked, and by what lots. */
export interface AttackTask {
  classes: number
  /** Inputs that a backdoor sets. */
  trigger: readonly number[]
  /** Uniform numbers from 0 to below 1. */
  draw: () => number
}

/** An attack as it is called by name. */
export interface NamedAttack {
  /** How much of it where nobody says; undefined where there is no more or less. */
  strength?: number
  create(task: AttackTask, strength: number): Attack
}

/** All attacks by their names. */
export const attacks = {
  /** Strength: how many times as long. */
  'sign-flip': { strength: 10, create: (_, factor) => signFlip(factor) },
  'label-flip': { create: ({ classes }) => labelFlip(classes) },
  /** Strength: standard deviation. */
  gaussian: { strength: 200, create: ({ draw }, deviation) => gaussian(deviation, draw) },
  /** Strength: epsilon. */
  ipm: { strength: 0.5, create: (_, epsilon) => innerProductManipulation(epsilon) },
  alie: { create: () => littleIsEnough() },
  mimic: { create: ({ draw }) => mimic(draw) },
  'free-rider': { create: () => freeRider() },
  copier: { create: () => copier() },
  /** Strength: how many times as long; 5 makes up for four honest clients for each attacker. */
  backdoor: { strength: 5, create: ({ trigger }, boost) => backdoor({ trigger, target: 0, boost }) },
} satisfies Record<string, NamedAttack>

/** Name of an attack. */
export type AttackName = keyof typeof attacks

/**
 * An attack by its name. Some remember what happened in the rounds before: each run needs its own.
 *
 * @param strength by default the attack's own
 * @throws ConfigError `ATTACK_UNKNOWN`, `OPTION_INVALID` unless the strength is a positive number, of an attack that has one
 *
 * @example
 * ```ts
 * createAttack('ipm', { classes: 10, trigger: [], draw: uniformDraws(1) }, 0.5)
 * ```
 */
export function createAttack(name: AttackName, task: AttackTask, strength?: number): Attack {
  const found: NamedAttack | undefined = Object.hasOwn(attacks, name) ? attacks[name] : undefined
  if (found === undefined) {
    throw new ConfigError('ATTACK_UNKNOWN', 'There is no such attack.', {
      field: 'attack',
      expected: `one of: ${Object.keys(attacks).join(', ')}`,
      received: name,
      remedy: 'Choose one of these.',
    })
  }
  if (strength === undefined) return found.create(task, found.strength ?? 1)
  if (found.strength === undefined) {
    throw new ConfigError('OPTION_INVALID', `The attack ${name} has no strength.`, {
      field: 'attack.strength',
      expected: 'none',
      received: strength,
      remedy: 'Leave it out.',
    })
  }
  checkPositive('attack.strength', strength)
  return found.create(task, strength)
}
