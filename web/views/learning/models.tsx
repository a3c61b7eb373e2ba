import type { ModelView } from '../../api/views.ts'
import { count } from '../../format/amounts.ts'
import { utc } from '../../format/times.ts'
import { Hash, Who } from '../../ui/who.tsx'
import { lineage } from './phases.ts'

/** How many generations are moved to the right; a phone has no room for more. */
const DEEPEST = 4

/** Models under those that they improve. */
export function Models({ models }: { models: readonly ModelView[] }) {
  return (
    <ul class="lineage">
      {lineage(models).map(({ model, generation }) => (
        <li key={model.round} style={{ marginLeft: `${1.1 * Math.min(generation, DEEPEST)}rem` }}>
          <p>
            <Hash hex={model.root} /> <span class="chip">{model.rule}</span>
          </p>
          <p class="soft">
            {generation === 0 ? (
              <>
                from the base <Hash hex={model.baseModel} />
              </>
            ) : (
              `improved ${generation === 1 ? 'once' : `${generation} times`} here`
            )}
            , of {count(model.updates)} {model.updates === 1 ? 'update' : 'updates'} in{' '}
            <Hash hex={model.round} href={`/learning?round=${model.round}`} />
          </p>
          <p class="soft">
            {count(model.dimension)} coordinates, for <Who address={model.requester} />,{' '}
            {utc(Date.parse(model.settledAt) / 1_000)}
          </p>
        </li>
      ))}
    </ul>
  )
}
