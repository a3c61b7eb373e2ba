import { ConfigError, RefusedError, shortened, TimeoutError } from '../../protocol/errors.ts'

/** A module that is not run, or cannot be. */
export function moduleInvalid(expected: string, received: unknown): RefusedError {
  return new RefusedError('MODULE_INVALID', 'A module cannot be run.', {
    field: 'module',
    expected,
    received,
    remedy:
      'Have it compiled with an imported memory, and without tables, exceptions, garbage collection and relaxed SIMD.',
  })
}

export function tooManyInputs(most: number, received: number): RefusedError {
  return new RefusedError('INPUTS_TOO_MANY', 'A module is to be run on too many inputs.', {
    field: 'inputs',
    expected: `at most ${most}`,
    received,
    remedy: 'Run it on some of them at a time, or raise `maxInputs`.',
  })
}

/** @param said what the engine says, which may have words of the module in it */
export function moduleTrapped(place: number, said: string): RefusedError {
  return new RefusedError('MODULE_TRAPPED', 'A module failed while it ran.', {
    field: `inputs[${place}]`,
    expected: 'a result',
    received: shortened(said),
    remedy: 'Nothing is to be done here: it fails on this input, or in its start, wherever it runs.',
  })
}

export function resultInvalid(place: number, said: string): RefusedError {
  return new RefusedError('RESULT_INVALID', 'A module gave something else than an integer of 32 bits.', {
    field: `inputs[${place}]`,
    expected: 'an i32',
    received: shortened(said),
    remedy: 'Have `run` return an i32; of what is wider, return the halves of it one by one.',
  })
}

export function moduleLate(timeout: number): TimeoutError {
  return new TimeoutError('MODULE_LATE', 'A module took too long, and was ended.', {
    field: 'module',
    expected: `results within ${timeout} ms`,
    remedy: 'Give it fewer inputs, or raise `timeout`.',
  })
}

/** @param received how its process ended, or what it said in place of an answer */
export function moduleEnded(received: string): RefusedError {
  return new RefusedError('MODULE_ENDED', 'A module ended the process in which it ran.', {
    field: 'module',
    expected: 'results, within the memory that there is for compiling and running',
    received,
    remedy:
      'Give this machine the memory of `maxPages`, or the module fewer; else refuse it: no compiler makes such modules but one that was told to.',
  })
}

export function sandboxFailed(received: string): ConfigError {
  return new ConfigError('SANDBOX_FAILED', 'No process could be started to run a module in.', {
    field: 'runModule',
    expected: 'a process of Node that may reserve 1 GiB of memory, and /bin/sh where there is one',
    received,
    remedy: 'Look for limits of memory and processes (`ulimit -a`), and run fewer modules at a time.',
  })
}
