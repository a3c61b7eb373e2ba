import type { AgentView } from '../../api/views.ts'
import { shortHex } from '../../format/names.ts'
import { bounded } from '../../format/strangers.ts'
import { utc } from '../../format/times.ts'
import { Panel } from '../../ui/panel.tsx'
import { Empty } from '../../ui/states.tsx'
import { Hash } from '../../ui/who.tsx'
import { attributeText } from './agent-facts.ts'

/** What the agent's wallet signed about what it can do. */
export function CapabilityRecord({ record }: { record: AgentView['capability'] }) {
  return (
    <Panel
      title="What it says that it can do"
      note="Signed by its wallet, heard in the mesh; nobody checks it"
    >
      {record === null ? (
        <Empty>It has no record that is still valid: it is away, or has not said anything yet.</Empty>
      ) : (
        <>
          <ul class="claims">
            {record.capabilities.map(({ name, version, model, attributes }) => (
              <li key={`${name} ${version} ${model}`}>
                <span class={`chip ${bounded(name, 40).split('.')[0]}`}>{bounded(name, 40)}</span>
                <span class="soft">
                  {[version, model, ...attributes.map(attributeText)]
                    .filter((text) => text !== '')
                    .map((text) => bounded(text, 90))
                    .join(' · ')}
                </span>
              </li>
            ))}
          </ul>
          <dl class="facts">
            <dt>Where</dt>
            <dd>
              {record.area === '' ? (
                'anywhere'
              ) : (
                <>
                  H3 cell <code>{bounded(record.area, 20)}</code>
                </>
              )}
            </dd>
            <dt>Valid</dt>
            <dd>
              {utc(record.issuedAt)} to {utc(record.expiry)}
            </dd>
            <dt>Reached at</dt>
            <dd class="stranger">
              {record.endpoints.length === 0
                ? 'no address of its own'
                : record.endpoints
                    .slice(0, 4)
                    .map((endpoint) => <div key={endpoint}>{bounded(endpoint, 90)}</div>)}
            </dd>
            <dt>Signed</dt>
            <dd>
              <Hash hex={record.hash} /> by <code title={record.signature}>{shortHex(record.signature)}</code>
            </dd>
          </dl>
        </>
      )}
    </Panel>
  )
}
