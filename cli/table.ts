import { stripVTControlCharacters } from 'node:util'

/** How a column's cells are placed; numbers go to the right. */
export type Alignment = 'left' | 'right'

/**
 * Lays out rows in columns that are as wide as their widest cell; colours do not count.
 *
 * @example table([['home', 'Wh'], ['a', '12']], ['left', 'right']) // 'home  Wh\na     12'
 */
export function table(rows: readonly (readonly string[])[], alignments: readonly Alignment[]): string {
  const widths = alignments.map((_, column) =>
    rows.reduce((widest, row) => Math.max(widest, width(row[column] ?? '')), 0),
  )
  return rows
    .map((row) =>
      alignments
        .map((alignment, column) => {
          const cell = row[column] ?? ''
          const padding = ' '.repeat((widths[column] ?? 0) - width(cell))
          return alignment === 'right' ? padding + cell : cell + padding
        })
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

function width(cell: string): number {
  return stripVTControlCharacters(cell).length
}
