import type { AgreementView } from '../../api/views.ts'
import { money, percent } from '../../format/amounts.ts'
import { Panel } from '../../ui/panel.tsx'
import { Empty } from '../../ui/states.tsx'
import { Who } from '../../ui/who.tsx'
import { partsOf } from './history.ts'

/** To whom the payment went. */
export function Money({ view }: { view: AgreementView }) {
  const parts = partsOf(view)
  return (
    <Panel title="Who got what">
      {parts.length === 0 ? (
        <Empty>No money has moved.</Empty>
      ) : (
        <>
          <div class="split" aria-hidden="true">
            {parts.map(({ kind, share }) => (
              <span key={kind} class={kind} style={{ flexGrow: share }} />
            ))}
          </div>
          <ul class="parts">
            {parts.map(({ name, kind, amount, account, share }) => (
              <li key={kind}>
                <span class={`key ${kind}`} aria-hidden="true" />
                <span>
                  {name}
                  {account && (
                    <>
                      {' '}
                      <span class="soft">
                        <Who address={account} />
                      </span>
                    </>
                  )}
                </span>
                <span class="number">{money(amount, 6)} $</span>
                <span class="number soft">{percent(share)}</span>
              </li>
            ))}
          </ul>
        </>
      )}
      {view.slashed !== null && view.slashed !== '0' && (
        <p class="soft">{money(view.slashed, 6)} $ of the seller’s stake went to the payer besides.</p>
      )}
    </Panel>
  )
}
