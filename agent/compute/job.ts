/** What an agent tells the process in which it has a module run. */
export interface Job {
  /** The module in base64. */
  readonly module: string
  readonly inputs: readonly number[]
  readonly maxPages: number
}

/** What that process says before it looks at the module: what comes then is the module's doing. */
export const BEGUN = 'begun'

/** Why there are no results: it is no module that can be run, it trapped, or gave what is no integer of 32 bits. */
export const FAULTS = ['invalid', 'trap', 'result'] as const

export type Answer =
  | { readonly results: readonly number[] }
  | {
      readonly fault: (typeof FAULTS)[number]
      /** In words of the engine. */
      readonly said: string
      /** Place of the input at which it was, from 0. */
      readonly place: number
    }

/** Whether something is an integer of 32 bits with a sign, what i32 are in JavaScript; -0 is none. */
export function isInt32(value: unknown): value is number {
  return typeof value === 'number' && Object.is(value | 0, value)
}
