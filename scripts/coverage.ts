/**
 * Prints which share of the contracts' lines the tests in TypeScript run, file by file:
 *
 *     npm run coverage                  # some five minutes
 *
 * Ends with 1 when it is below {@link LEAST}, or when a test fails. What instrumented contracts cost says nothing, so
 * tests leave gas out then.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Percent of all lines. */
const LEAST = 98

const report = readFileSync(join(import.meta.dirname, '..', 'coverage', 'lcov.info'), 'utf8')
const sum = (key: string) =>
  [...report.matchAll(new RegExp(`^${key}:(\\d+)$`, 'gm'))].reduce(
    (total, [, count]) => total + Number(count),
    0,
  )
const [found, hit] = [sum('LF'), sum('LH')]
const percent = (100 * hit) / found
console.log(`${hit} of ${found} lines: ${percent.toFixed(2)} %, at least ${LEAST} %`)
if (!(percent >= LEAST)) process.exitCode = 1
