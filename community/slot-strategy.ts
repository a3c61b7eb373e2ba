import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import {
  arbitrage,
  hedged,
  inventory,
  type SlotStrategy,
  truthful,
  zeroIntelligence,
} from '../agent/index.ts'
import { ConfigError, messageOf } from '../protocol/errors.ts'

const BUILT_IN: Record<string, (seed: number) => SlotStrategy> = {
  truthful: () => truthful,
  hedged: () => hedged,
  'zero-intelligence': zeroIntelligence,
  inventory: () => inventory,
  arbitrage: () => arbitrage,
}

/**
 * A strategy for slots by its name, or one's own by the path of its file.
 *
 * @param seed of what it draws, if it does
 * @throws ConfigError `STRATEGY_UNKNOWN` when there is none of that name, `STRATEGY_INVALID` when a file cannot be used.
 *
 * @example await slotStrategy('zero-intelligence', 1)
 */
export async function slotStrategy(name: string, seed: number): Promise<SlotStrategy> {
  const builtIn = BUILT_IN[name]
  if (builtIn !== undefined) return builtIn(seed)
  // A word alone is meant to be a name.
  if (/[./\\]/.test(name)) return loadStrategy(name)
  throw new ConfigError('STRATEGY_UNKNOWN', 'There is no such strategy.', {
    field: '--strategy',
    expected: `${Object.keys(BUILT_IN).join(', ')}, or a file such as ./mine.ts`,
    received: name,
    remedy: 'Choose one of them, or give the path of your own.',
  })
}

/**
 * Loads a strategy of one's own: a module whose default export is a function from what a home knows of a slot to what it
 * does in it. TypeScript is run as it stands, without a build.
 *
 * @param file path, from the working directory
 * @throws ConfigError `STRATEGY_INVALID` when it cannot be loaded, or has no such export.
 */
async function loadStrategy(file: string): Promise<SlotStrategy> {
  const refuse = (received: string, cause?: unknown) =>
    new ConfigError('STRATEGY_INVALID', 'The strategy cannot be used.', {
      field: file,
      expected: 'a module such as: export default (slot) => ({ order: undefined })',
      received,
      remedy: 'Correct the file; docs/energy.md shows one.',
      cause,
    })
  let module: { default?: unknown }
  try {
    module = await import(pathToFileURL(resolve(file)).href)
  } catch (cause) {
    throw refuse(messageOf(cause), cause)
  }
  const strategy = module.default
  if (typeof strategy === 'function') return strategy as SlotStrategy
  throw refuse(
    strategy === undefined
      ? `no default export; it exports ${Object.keys(module).join(', ') || 'nothing'}`
      : `a default export that is of type ${typeof strategy}`,
  )
}
