import type { ComponentChildren } from 'preact'
import type { ApiFault } from '../api/get.ts'
import type { Query } from '../api/use-query.ts'

/** While nothing is known yet. */
export function Loading({ what }: { what: string }) {
  return (
    <p class="state" role="status">
      <span class="spinner" aria-hidden="true" /> Reading {what}…
    </p>
  )
}

/** Where there is nothing, and what would bring something. */
export function Empty({ children }: { children: ComponentChildren }) {
  return <div class="state empty">{children}</div>
}

/** What went wrong, and what to do. */
export function Fault({ fault }: { fault: Pick<ApiFault, 'message' | 'remedy'> }) {
  return (
    <div class="state fault" role="alert">
      <strong>{fault.message}</strong> <span>{fault.remedy}</span>
    </div>
  )
}

/**
 * What a query knows: loading, at fault, empty, or shown by `children`. Data of before stays when a newer answer fails.
 *
 * @example <Known query={trades} what="trades" empty="Nobody has traded yet.">{(rows) => <TradeTable rows={rows} />}</Known>
 */
export function Known<T>(props: {
  query: Query<T>
  what: string
  empty?: ComponentChildren
  children: (data: T) => ComponentChildren
}) {
  const { answer, fault } = props.query
  if (answer === undefined) return fault ? <Fault fault={fault} /> : <Loading what={props.what} />
  const isEmpty = Array.isArray(answer.data) && answer.data.length === 0
  return (
    <>
      {fault && <Fault fault={fault} />}
      {isEmpty && props.empty !== undefined ? <Empty>{props.empty}</Empty> : props.children(answer.data)}
    </>
  )
}
