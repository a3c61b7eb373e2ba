import { ConfigError } from '../../protocol/errors.ts'

/**
 * For what takes sockets or files that a page does not get.
 *
 * @param field the option or function
 * @param remedy what to do instead
 */
export function notInBrowsers(field: string, remedy: string): ConfigError {
  return new ConfigError('NOT_IN_BROWSERS', 'A browser cannot do this.', { field, remedy })
}
