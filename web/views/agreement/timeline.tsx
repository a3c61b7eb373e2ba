import { timeOfDay, utc } from '../../format/times.ts'
import { Hash } from '../../ui/who.tsx'
import type { Step } from './history.ts'

/** Steps under one another, the first at the top. */
export function Timeline({ steps }: { steps: readonly Step[] }) {
  return (
    <ol class="timeline">
      {steps.map(({ kind, title, at, tx, details }) => (
        <li key={kind} class={kind}>
          <h3>{title}</h3>
          {at !== null && (
            <p class="when">
              <time dateTime={at} title={utc(Date.parse(at) / 1_000)}>
                {timeOfDay(at)}
              </time>
              {tx !== null && (
                <>
                  {' '}
                  in transaction <Hash hex={tx} />
                </>
              )}
            </p>
          )}
          {details.map((detail) => (
            <p key={detail}>{detail}</p>
          ))}
        </li>
      ))}
    </ol>
  )
}
