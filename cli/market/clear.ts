import { readFileSync } from 'node:fs'
import { clearBook, type MechanismName } from '../../agent/index.ts'
import { ConfigError } from '../../protocol/errors.ts'
import { readCase } from './case.ts'
import { toJson, toText } from './report.ts'

export interface ClearCommandOptions {
  mechanism: MechanismName
  priceRule?: string
  case?: string
  json?: boolean
}

/** File descriptor of the standard input. */
const STDIN = 0

/** Clears the book of a file, or of the standard input where it is `-`, and prints what comes of it. */
export async function clearFile(file: string, options: ClearCommandOptions): Promise<number> {
  const { mechanism, priceRule } = options
  const found = readCase(file === '-' ? 'stdin' : file, readText(file), options.case)
  const report = {
    ...found,
    mechanism,
    priceRule,
    cleared: clearBook(found.book, { ...found, mechanism, priceRule }),
  }
  console.log(options.json ? JSON.stringify(toJson(report), undefined, 2) : toText(report))
  return 0
}

function readText(file: string): string {
  try {
    return readFileSync(file === '-' ? STDIN : file, 'utf8')
  } catch (cause) {
    throw new ConfigError('FILE_UNREADABLE', 'The file cannot be read.', {
      field: file,
      received: cause instanceof Error ? cause.message : cause,
      remedy: 'Give the path of a JSON file, or - for the standard input.',
      cause,
    })
  }
}
