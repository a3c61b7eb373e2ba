import { RefusedError } from '../../../protocol/errors.ts'
import { nearest } from '../../../protocol/nearest.ts'
import { domainOf } from '../../network/names.ts'

/** What agents of the markets of this package say they do; others are heard of. */
const USUAL = ['energy.supply', 'ride.drive']

/** Most names that a hint lists. */
const MAX_MEANT = 5

/**
 * What is told to whoever asked for capabilities and found nobody: a name that no agent is known to have, where another one was
 * most likely meant, of the same domain or spelt nearly like it.
 *
 * @param asked names of the query
 * @param known names that agents are known to have
 * @returns undefined when each name is known, or there is nothing to suggest
 * @example misnamed(['energy'], [])?.remedy // 'Did you mean `energy.supply`? …'
 */
export function misnamed(asked: readonly string[], known: Iterable<string>): RefusedError | undefined {
  const names = [...new Set([...known, ...USUAL])]
  for (const name of asked) {
    if (names.includes(name)) continue
    const near = nearest(name, names)
    const related = names.filter((each) => domainOf(each) === domainOf(name))
    const meant = [...new Set([...(near === undefined ? [] : [near]), ...related])].slice(0, MAX_MEANT)
    if (meant.length === 0) continue
    return new RefusedError('CAPABILITY_UNKNOWN', 'No agent is known that has a capability of this name.', {
      field: 'query.capabilities',
      expected: 'whole names of capabilities',
      received: name,
      remedy: `Did you mean ${meant.map((each) => `\`${each}\``).join(' or ')}? A domain alone finds nobody.`,
    })
  }
  return undefined
}
