import { join } from 'node:path'
import type { Examples } from '../agent/index.ts'
import { type CsvRow, csvError, readHeadless } from './csv.ts'

/** Pixels of a digit: 8 × 8, row by row from the top left. */
const PIXELS = 64
/** Largest value of a pixel. */
const DARKEST = 16
const CLASSES = 10

/** Handwritten digits: pixels from 0 to 1 as inputs, the digit as target. */
export interface Digits {
  training: Examples
  test: Examples
  classes: number
}

/**
 * Reads `optdigits.tra` and `optdigits.tes` of a folder: lines of 64 pixels from 0 to 16 and the digit, separated by commas,
 * as "Optical Recognition of Handwritten Digits" of the UCI Machine Learning Repository has them.
 *
 * @throws ConfigError `FILE_UNREADABLE`, `FILE_TOO_LARGE`, and `CSV_INVALID` when a line has more or fewer values, one of them
 *   is no whole number or out of its bounds, or there is no line.
 */
export function readDigits(folder: string): Digits {
  return {
    training: readFile(join(folder, 'optdigits.tra')),
    test: readFile(join(folder, 'optdigits.tes')),
    classes: CLASSES,
  }
}

function readFile(file: string): Examples {
  const lines = readHeadless(file)
  const inputs = new Float32Array(lines.length * PIXELS)
  const targets = new Float32Array(lines.length)
  for (const [row, line] of lines.entries()) {
    if (line.cells.length !== PIXELS + 1) {
      throw csvError({ file }, 'A line has more or fewer values than a digit.', {
        line: line.line,
        expected: `${PIXELS} pixels and a label`,
        received: `${line.cells.length} values`,
        remedy: 'Give 64 pixels and the digit in every line, separated by commas.',
      })
    }
    for (let pixel = 0; pixel < PIXELS; pixel++) {
      inputs[row * PIXELS + pixel] = valueAt(file, line, pixel, DARKEST) / DARKEST
    }
    targets[row] = valueAt(file, line, PIXELS, CLASSES - 1)
  }
  return { rows: lines.length, inputs, targets }
}

function valueAt(file: string, { line, cells }: CsvRow, index: number, most: number): number {
  const cell = cells[index] ?? ''
  const value = /^\d{1,2}$/.test(cell) ? Number(cell) : Number.NaN
  if (value <= most) return value
  throw csvError({ file }, index === PIXELS ? 'The label cannot be used.' : 'A pixel cannot be used.', {
    line,
    column: String(index + 1),
    expected: `a whole number from 0 to ${most}`,
    received: cell,
    remedy: 'Correct the value, or take the file of the UCI Machine Learning Repository as it is.',
  })
}
