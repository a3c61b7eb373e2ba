import { ConfigError } from '../../protocol/errors.ts'

/**
 * Checks that what this runs on has what it is written with: where it has not, something would fail later that tells nobody why.
 *
 * @throws ConfigError `RUNTIME_TOO_OLD`
 */
export function checkRuntime(): void {
  if ('AsyncDisposableStack' in globalThis && 'withResolvers' in Promise) return
  const found = typeof process === 'undefined' ? navigator.userAgent : `Node ${process.versions?.node}`
  throw new ConfigError('RUNTIME_TOO_OLD', 'This JavaScript runtime is too old.', {
    field: 'runtime',
    expected: 'Node 24.12 or newer, or a browser with AsyncDisposableStack',
    received: found,
    remedy: 'Run it with Node 24.12 or newer: https://nodejs.org.',
  })
}
