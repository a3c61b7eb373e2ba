import { useQuery } from '../../api/use-query.ts'
import type { ParameterView } from '../../api/views.ts'
import { utc } from '../../format/times.ts'
import { KnownPanel } from '../../ui/known-panel.tsx'
import { ruleName, ruleTexts } from './tally.ts'

/** What the directory says: limits, and which contracts and protocols are in force. */
export function Rules() {
  const parameters = useQuery<ParameterView[]>('/v1/governance/parameters?limit=200', {
    refreshOn: ['parameter'],
  })
  return (
    <KnownPanel
      title="Rules in force"
      note="What every node of the mesh obeys"
      query={parameters}
      what="the rules"
      empty="The directory says nothing."
    >
      {(rows) => (
        <>
          <dl class="rules">
            {rows.filter(isLimit).map((row) => (
              <div key={`${row.kind} ${row.name}`}>
                <dt>{ruleName(row)}</dt>
                <dd title={`since ${utc(Date.parse(row.changedAt) / 1_000)}`}>
                  {ruleTexts(row).map((text) => (
                    <span key={text}>{text}</span>
                  ))}
                </dd>
              </div>
            ))}
          </dl>
          <Versions title="Protocols" rows={rows.filter(({ kind }) => kind === 'protocol')} />
          <Versions title="Contracts" rows={rows.filter(({ kind }) => kind === 'contract')} />
        </>
      )}
    </KnownPanel>
  )
}

function Versions({ title, rows }: { title: string; rows: readonly ParameterView[] }) {
  return (
    <>
      <h3 class="versions">{title}</h3>
      <ul class="chips">
        {rows.map((row) => {
          const [text] = ruleTexts(row)
          return (
            <li key={`${row.name} ${row.version}`} class={text === 'in force' ? 'chip' : 'chip ending'}>
              {ruleName(row)} {row.version}
              {text !== 'in force' && `, ${text}`}
            </li>
          )
        })}
      </ul>
    </>
  )
}

function isLimit({ kind }: ParameterView): boolean {
  return kind !== 'contract' && kind !== 'protocol'
}
