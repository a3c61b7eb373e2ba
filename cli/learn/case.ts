import { z } from 'zod'
import { ConfigError } from '../../protocol/errors.ts'
import { expectation } from '../../protocol/expectation.ts'
import { nearest } from '../../protocol/nearest.ts'
import { placeIn, selectCase } from '../cases.ts'
import { excerpt } from '../json-file.ts'

const caseSchema = z.object({
  name: z.string().optional(),
  n: z.int().optional(),
  d: z.int().optional(),
  f: z.int().min(0).optional(),
  trim_proportion: z.number().min(0).lt(0.5).optional(),
  num_examples: z.array(z.number().positive()).optional(),
  inputs: z.array(z.array(z.number()).min(1)).min(1),
})

/** Updates of a round as a file has them: `inputs`, one row each, and what some rules need to know of them. */
export type AggregationCase = z.infer<typeof caseSchema>

/**
 * The case of a file: an object with `inputs`, or one with `cases` of them.
 *
 * @param file name of the file in errors
 * @param wanted name of the case; needed where there are several
 * @throws ConfigError `AGGREGATION_CASE_INVALID` where it cannot be used, `CASE_UNKNOWN` where there is no such case
 *
 * @example
 * ```ts
 * readCase('updates.json', { inputs: [[1, 2], [3, 4]], f: 0 }, undefined).inputs[1] // [3, 4]
 * ```
 */
export function readCase(file: string, content: unknown, wanted: string | undefined): AggregationCase {
  const { json, path } = selectCase(file, content, wanted)
  const fault = (field: PropertyKey[], expected: unknown, received: unknown) =>
    new ConfigError('AGGREGATION_CASE_INVALID', 'The updates cannot be used.', {
      field: placeIn(file, [...path, ...field]),
      expected,
      received,
      remedy: 'Correct the field; mesh learn aggregate --help shows a small case.',
    })

  const known = Object.keys(caseSchema.shape)
  const names = typeof json === 'object' && json !== null ? Object.keys(json) : []
  for (const name of names.filter((each) => !known.includes(each))) {
    const meant = nearest(name, known)
    if (meant !== undefined) throw fault([name], `\`${meant}\``, 'a name that means nothing')
  }
  const { success, data, error } = caseSchema.safeParse(json, { error: expectation })
  if (!success) {
    const issue = error.issues[0]
    const received = issue?.path.reduce<unknown>((value, key) => (value as never)?.[key], json)
    throw fault(issue?.path ?? [], issue?.message, excerpt(received))
  }

  const { inputs, n = inputs.length, d = inputs[0]?.length ?? 0, num_examples: examples } = data
  if (inputs.length !== n) throw fault(['inputs'], `${n} updates, as n says`, inputs.length)
  const odd = inputs.findIndex((input) => input.length !== d)
  if (odd >= 0) throw fault(['inputs', odd], `${d} values`, inputs[odd]?.length)
  if (examples !== undefined && examples.length !== n) {
    throw fault(['num_examples'], `${n} numbers, one for each of the inputs`, examples.length)
  }
  return data
}
