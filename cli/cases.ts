import { z } from 'zod'
import { ConfigError } from '../protocol/errors.ts'

/** Most names of cases that an error shows. */
const MAX_SHOWN = 10

const casesSchema = z.object({ cases: z.array(z.looseObject({ name: z.string() })) })

/** A case, and the way to it in the file. */
export interface FoundCase {
  json: unknown
  path: PropertyKey[]
}

/** Names of the cases that a file has; none where it is a single one. */
export function caseNames(json: unknown): string[] {
  const several = casesSchema.safeParse(json)
  return several.success ? several.data.cases.map(({ name }) => name) : []
}

/**
 * The case of a file that is meant, which may be a single one itself.
 *
 * @param file name of the file in errors
 * @param wanted name of the case; needed where there are several
 * @throws ConfigError `CASE_UNKNOWN` where there is no such case
 */
export function selectCase(file: string, json: unknown, wanted: string | undefined): FoundCase {
  const several = casesSchema.safeParse(json)
  if (!several.success) {
    if (wanted === undefined) return { json, path: [] }
    throw unknownCase(file, 'no name: the file is a single case', wanted, 'Leave --case out.')
  }
  const { cases } = several.data
  const index =
    wanted === undefined && cases.length === 1 ? 0 : cases.findIndex((each) => each.name === wanted)
  if (index >= 0) return { json: cases[index], path: ['cases', index] }
  const shown = cases.slice(0, MAX_SHOWN).map(({ name }) => name)
  const more = cases.length > shown.length ? ', …' : ''
  const remedy = `Name a case that the file has; --cases prints the names of all ${cases.length}.`
  throw unknownCase(file, `one of: ${shown.join(', ')}${more}`, wanted ?? 'none', remedy)
}

/** Where in a file something stands, as an error says it. */
export function placeIn(file: string, path: readonly PropertyKey[]): string {
  const place = path.reduce<string>(
    (all, key) =>
      typeof key === 'number' ? `${all}[${key}]` : `${all}${all === '' ? '' : '.'}${String(key)}`,
    '',
  )
  return `${file}: ${place || '(whole file)'}`
}

function unknownCase(file: string, expected: string, received: string, remedy: string): ConfigError {
  return new ConfigError('CASE_UNKNOWN', 'The case is not in the file.', {
    field: `${file}: --case`,
    expected,
    received,
    remedy,
  })
}
