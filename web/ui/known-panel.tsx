import type { ComponentChildren } from 'preact'
import type { Query } from '../api/use-query.ts'
import { Panel } from './panel.tsx'
import { Known } from './states.tsx'

/**
 * A part of a view that shows what a query knows; see `Panel` and `Known`.
 *
 * @example <KnownPanel title="Trades" query={trades} what="trades" empty="None yet.">{(rows) => <Trades rows={rows} />}</KnownPanel>
 */
export function KnownPanel<T>(props: {
  title: string
  note?: ComponentChildren
  aside?: ComponentChildren
  wide?: boolean
  query: Query<T>
  what: string
  empty?: ComponentChildren
  children: (data: T) => ComponentChildren
}) {
  const { title, note, aside, wide = false, query, what, empty, children } = props
  return (
    <Panel {...{ title, note, aside, wide }}>
      <Known {...{ query, what, empty, children }} />
    </Panel>
  )
}
