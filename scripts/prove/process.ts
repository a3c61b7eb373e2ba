/** Asks about one property, given as JSON, and prints the verdict as JSON. A process, since nothing else ends a proof. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Harness } from './harness.ts'
import { askSmtChecker } from './smt-checker.ts'

const harness: Harness = JSON.parse(process.argv[2] ?? '')
const source = readFileSync(join(import.meta.dirname, '..', '..', harness.file), 'utf8')
process.stdout.write(JSON.stringify(askSmtChecker(harness, source)))
