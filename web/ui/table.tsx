import type { ComponentChildren } from 'preact'

/** A column of a table: its heading and what stands in a row. */
export interface Column<T> {
  name: string
  /** Right-aligned, in figures of one width. */
  isNumber?: boolean
  /** Left out on narrow screens. */
  isMinor?: boolean
  cell: (row: T) => ComponentChildren
}

/**
 * @param caption what the table shows, for who hears it
 * @param keyOf tells rows apart
 */
export function Table<T>(props: {
  caption: string
  columns: readonly Column<T>[]
  rows: readonly T[]
  keyOf: (row: T) => string
}) {
  const classOf = ({ isNumber, isMinor }: Column<T>) =>
    [isNumber && 'number', isMinor && 'minor'].filter(Boolean).join(' ') || undefined
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: who has no pointer scrolls it by keys (WCAG 2.1.1)
    <section class="scroller" tabIndex={0} aria-label={props.caption}>
      <table>
        <caption class="hidden">{props.caption}</caption>
        <thead>
          <tr>
            {props.columns.map((column) => (
              <th key={column.name} scope="col" class={classOf(column)}>
                {column.name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {props.rows.map((row) => (
            <tr key={props.keyOf(row)}>
              {props.columns.map((column) => (
                <td key={column.name} class={classOf(column)}>
                  {column.cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
