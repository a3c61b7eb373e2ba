import { checkPriceRule, clearBook, type MechanismName } from '../../agent/index.ts'
import { nameOf, readText } from '../text-file.ts'
import { bookNames, readCase } from './case.ts'
import { toJson, toText } from './report.ts'

export interface ClearCommandOptions {
  mechanism: MechanismName
  priceRule?: string
  case?: string
  cases?: boolean
  json?: boolean
}

/** Clears the book of a file, or of the standard input where it is `-`, and prints what comes of it. */
export async function clearFile(file: string, options: ClearCommandOptions): Promise<number> {
  const { mechanism, priceRule } = options
  if (options.cases) {
    console.log(bookNames(nameOf(file), readText(file)).join('\n'))
    return 0
  }
  checkPriceRule(mechanism, priceRule, '--price-rule')
  const found = readCase(nameOf(file), readText(file), options.case)
  const report = {
    ...found,
    mechanism,
    priceRule,
    cleared: clearBook(found.book, { ...found, mechanism, priceRule }),
  }
  console.log(options.json ? JSON.stringify(toJson(report), undefined, 2) : toText(report))
  return 0
}
