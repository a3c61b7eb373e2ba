import { z } from 'zod'
import { shortened } from '../../protocol/errors.ts'
import { checkInput, membersOf, signalSchema } from '../../protocol/input.ts'
import { isBounded } from './bounds.ts'
import { moduleEnded, moduleInvalid, moduleTrapped, resultInvalid, tooManyInputs } from './faults.ts'
import { FAULTS, isInt32 } from './job.ts'
import { askSandbox } from './sandbox.ts'

/** What a module may take. */
export interface RunModuleOptions {
  /** Milliseconds for compiling it and all its inputs together; 2,000 by default, up to an hour. */
  timeout?: number
  /** Most pages of 64 KiB of the memory that it imports, which has one when it begins; 16 by default, 1 MiB. */
  maxPages?: number
  /** Most bytes of the module; 1 MiB by default. */
  maxBytes?: number
  /** Most inputs; 10,000 by default. */
  maxInputs?: number
  /** When it is aborted, the module is ended and the call rejects with its reason. */
  signal?: AbortSignal | undefined
}

const int32 = z.custom<number>(isInt32, 'an integer of 32 bits')

const optionsSchema = membersOf<{ options: RunModuleOptions }>({
  options: membersOf<RunModuleOptions>({
    timeout: z.number().positive().max(3_600_000).optional(),
    maxPages: z.int().positive().max(65_536).optional(),
    maxBytes: z
      .int()
      .positive()
      .max(2 ** 26)
      .optional(),
    maxInputs: z.int().positive().optional(),
    signal: signalSchema.optional(),
  }),
})

const givenSchema = membersOf<{ module: Uint8Array; inputs: readonly number[] }>({
  module: z.custom<Uint8Array>((module) => module instanceof Uint8Array, 'a Uint8Array'),
  inputs: z.array(int32),
})

/** Nothing that comes out of the process is believed to be what its program would say. */
const answerSchema = z.union([
  z.strictObject({ results: z.array(int32) }),
  z.strictObject({ fault: z.enum(FAULTS), said: z.string(), place: z.int().nonnegative() }),
])

/**
 * Runs a WebAssembly module of somebody who need not be trusted: for agents that sell computing, and for those that run a sample
 * of what they bought again. It exports `run`, an i32 of an i32, and may import `env.memory`; it has nothing else, neither table,
 * memory, tag nor type of objects of its own, no relaxed SIMD, and no file, network, clock or chance. Each input has a fresh instance and memory,
 * `start` included, so that its result depends on it, the module and `maxPages` alone, unless it looks at the bits of a NaN. How deep
 * it may recurse before it traps is not the same everywhere.
 *
 * It runs in a process of its own, without environment and standard streams, that has ended when this settles. On Linux that may have
 * 1 GiB of memory beside the module's, and on all systems but Windows its processor time is bounded, should this process be killed.
 * docs/security.md says what that protects from. Each call is a process: how many run at a time is the caller's to bound, as by
 * `concurrency` of `serve`.
 *
 * @param module its bytes
 * @param inputs integers of 32 bits with a sign
 * @returns what `run` gave for each, with a sign
 * @throws RefusedError `MODULE_INVALID` when the module is too large, brings what it may not have, does not compile, imports
 *   something else, or exports no such function (one of an i64 neither); `INPUTS_TOO_MANY`; `MODULE_TRAPPED` when it fails by itself, by
 *   recursion too; `RESULT_INVALID` when what it gives is no i32: the bigint of an i64, a fraction, nothing or several;
 *   `MODULE_ENDED` when the process ended, most likely for want of memory
 * @throws TimeoutError `MODULE_LATE`; ConfigError `ARGUMENT_INVALID` and `OPTION_UNKNOWN`, `SANDBOX_FAILED` when the process does not
 *   start, `NOT_IN_BROWSERS`; what `signal` was aborted with
 * @example
 * ```ts
 * // (func (export "run") (param i32) (result i32) (i32.mul (local.get 0) (local.get 0)))
 * const hex = '0061736d0100000001060160017f017f030201000707010372756e00000a09010700200020006c0b'
 * await runModule(Buffer.from(hex, 'hex'), [2, 3, -4]) // [4, 9, 16]
 * ```
 */
export async function runModule(
  module: Uint8Array,
  inputs: readonly number[],
  options: RunModuleOptions = {},
): Promise<number[]> {
  checkInput('runModule', optionsSchema, { options })
  const { timeout = 2_000, maxPages = 16, maxBytes = 2 ** 20, maxInputs = 10_000, signal } = options
  // Before each of them is looked at.
  if (Array.isArray(inputs) && inputs.length > maxInputs) throw tooManyInputs(maxInputs, inputs.length)
  checkInput('runModule', givenSchema, { module, inputs })
  if (module.length > maxBytes) throw moduleInvalid(`at most ${maxBytes} bytes`, module.length)
  if (!isBounded(module)) {
    throw moduleInvalid(
      'WebAssembly of numbers, with no memory but what it imports, and no relaxed SIMD',
      `${module.length} bytes that are not that`,
    )
  }
  signal?.throwIfAborted()
  const job = { module: Buffer.from(module).toString('base64'), inputs, maxPages }
  return resultsIn(await askSandbox(job, timeout, signal), inputs.length)
}

/** @throws RefusedError when there are none */
function resultsIn(message: unknown, count: number): number[] {
  const { data: answer } = answerSchema.safeParse(message)
  if (answer === undefined) throw moduleEnded('another answer than there is')
  if ('results' in answer) {
    if (answer.results.length !== count) throw moduleEnded(`${answer.results.length} of ${count} results`)
    return answer.results
  }
  const { fault, said, place } = answer
  if (fault === 'invalid')
    throw moduleInvalid('a module that exports `run`, an i32 of an i32', shortened(said))
  throw fault === 'trap' ? moduleTrapped(place, said) : resultInvalid(place, said)
}
