import { z } from 'zod'
import {
  callable,
  checkInput,
  hashSchema as id,
  abortableSchema as options,
} from '../../../protocol/input.ts'
import { taskTermsSchema } from './terms.ts'

const methods = {
  tasks: z.strictObject({ searchedBlocks: z.bigint() }),
  open: z.strictObject({ terms: taskTermsSchema, options }),
  participate: z.strictObject({ id, trainer: callable() }),
  evaluate: z.strictObject({ id }),
}

/** Checks what a method of learning was given. @throws ConfigError `ARGUMENT_INVALID` or `OPTION_UNKNOWN` */
export function checkGiven(of: keyof typeof methods, given: Record<string, unknown>): void {
  checkInput(`learning.${of}`, methods[of], given)
}
