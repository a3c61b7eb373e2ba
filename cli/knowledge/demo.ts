import { fileURLToPath } from 'node:url'
import { readCsv } from '../../community/csv.ts'
import { parseMoney } from '../../community/money.ts'
import { packageRoot } from '../../community/package-root.ts'
import { ConfigError } from '../../protocol/errors.ts'
import { Progress } from '../replay/progress.ts'
import { runTemporarily } from '../replay/temporary-market.ts'
import { askThrice } from './ask-thrice.ts'
import { toJson, toText } from './report.ts'
import { sliceOf } from './slice.ts'

export interface DemoOptions {
  question: string
  price: string
  json?: boolean
}

const SHIPPED = fileURLToPath(new URL('data/energy/hamlet_16homes_15min.csv', packageRoot))

/** Minor units: fees included, it is less than each agent has, and than its policy lets it spend. */
const MAX_PRICE = 5_000_000n

/**
 * Has three agents on a chain of their own ask the same thing, and prints what each answer cost.
 *
 * @returns the exit code: 1 when the money is not where it should be
 */
export async function demonstrate({ question, price, json }: DemoOptions): Promise<number> {
  const table = readCsv(SHIPPED)
  // What nobody could answer is said before a chain is started.
  sliceOf(table, question)
  const minorUnits = parseMoney(price, '--price')
  if (minorUnits > MAX_PRICE) {
    throw new ConfigError(
      'OPTION_INVALID',
      'An answer costs more than the agents of the demonstration spend.',
      {
        field: '--price',
        expected: 'at most 5',
        received: price,
        remedy: 'Ask for less: what a copy costs is a tenth of any price.',
      },
    )
  }
  return runTemporarily(new Progress(process.stderr, 1), async (temporary) => {
    const report = await askThrice((asked) => sliceOf(table, asked), question, minorUnits, temporary)
    console.log(json ? JSON.stringify(toJson(report), undefined, 2) : toText(report))
    return report.checks
  })
}
