import type { NumberedSlot } from './clock.ts'
import type { Dataset, MeteredSlot } from './dataset.ts'
import { byTimeOfDay } from './neighbours.ts'

/**
 * Puts homes with meters into a community: one whose name it has takes that home's place, others come to it.
 *
 * @param names of the homes with meters
 */
export function withMeteredHomes(community: Dataset, names: readonly string[]): Dataset {
  const known = new Set(community.homes.map(({ name }) => name))
  const added = names.filter((name) => !known.has(name))
  const homes = added.map((name) => ({ name, strategy: { name: 'honest' } as const }))
  return { ...community, homes: [...community.homes, ...homes] }
}

/**
 * The slots that meters report, as they come, with what the homes without meters measured at that time of the day.
 *
 * @param community of {@link withMeteredHomes}
 */
export async function* withOthers(
  reported: AsyncIterable<MeteredSlot>,
  community: Dataset,
): AsyncGenerator<NumberedSlot, undefined> {
  let readingsAt: ReturnType<typeof byTimeOfDay> | undefined
  let index = 0
  for await (const { start, end, readings } of reported) {
    readingsAt ??= byTimeOfDay(community, start)
    const known = new Map([...readingsAt(start), ...readings].map((reading) => [reading.home, reading]))
    const ofHome = (home: string) => known.get(home) ?? { home, loadWh: 0, pvWh: 0 }
    yield { index: index++, start, end, readings: community.homes.map(({ name }) => ofHome(name)) }
  }
  return undefined
}
