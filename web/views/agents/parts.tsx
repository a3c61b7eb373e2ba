import type { AgentView } from '../../api/views.ts'
import { scoreOf } from '../../format/amounts.ts'

/** How many capabilities stand in one row. */
const SHOWN = 3

/** What an agent says that it can do. */
export function Chips({ names }: { names: readonly string[] }) {
  if (names.length === 0) return <span class="soft">nothing at present</span>
  return (
    <span class="chips">
      {names.slice(0, SHOWN).map((name) => (
        <span key={name} class={`chip ${name.split('.')[0]}`}>
          {name}
        </span>
      ))}
      {names.length > SHOWN && <span class="soft">and {names.length - SHOWN} more</span>}
    </span>
  )
}

/** A score from 0 to 1 as a bar, and how many agreements it comes of. */
export function Reputation({ reputation }: { reputation: AgentView['reputation'] }) {
  const score = scoreOf(reputation.score)
  const isNew = reputation.counted === 0
  return (
    <span class={isNew ? 'reputation new' : 'reputation'}>
      <span class="track" aria-hidden="true">
        <span style={{ width: `${100 * score}%` }} />
      </span>
      <span class="score">{score.toFixed(2)}</span>
      <span class="soft">{isNew ? 'new' : `${reputation.counted} rated`}</span>
    </span>
  )
}
