import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { SlotStrategy } from '../../../agent/index.ts'
import { ConfigError, messageOf } from '../../../protocol/errors.ts'

/**
 * Loads a strategy of one's own: a module whose default export is a function from what a home knows of a slot to what it
 * does in it. TypeScript is run as it stands, without a build.
 *
 * @param file path, from the working directory
 * @throws ConfigError `STRATEGY_INVALID` when it cannot be loaded, or has no such export.
 */
export async function loadStrategy(file: string): Promise<SlotStrategy> {
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
