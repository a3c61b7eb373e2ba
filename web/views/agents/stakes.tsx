import { useQuery } from '../../api/use-query.ts'
import type { AgentView } from '../../api/views.ts'
import { money } from '../../format/amounts.ts'
import { shortHex } from '../../format/names.ts'
import { Panel } from '../../ui/panel.tsx'
import { Empty } from '../../ui/states.tsx'
import type { Network } from '../../wallet/network.ts'
import { purposeOf } from './agent-facts.ts'

/** What the owner put up, and for what: each contract can lock and take only its own part. */
export function Stakes({ stakes }: { stakes: AgentView['stakes'] }) {
  const network = useQuery<Network>('/v1/network')
  const contracts = network.answer?.data.deployment.contracts
  return (
    <Panel title="Stake" note="What answers for its promises, per purpose">
      {stakes.length === 0 ? (
        <Empty>Nothing stands behind it.</Empty>
      ) : (
        <ul class="stakes">
          {stakes.map((stake) => (
            <li key={stake.module}>
              <p>
                <strong title={stake.module}>
                  {(contracts && purposeOf(stake.module, contracts)) ?? shortHex(stake.module)}
                </strong>
                <span>{money(stake.staked, 2)} $</span>
              </p>
              <Share stake={stake} />
              <p class="soft">
                {money(stake.free, 2)} $ free · {money(stake.locked, 4)} $ locked
                {stake.queued !== '0' && ` · ${money(stake.queued, 2)} $ asked back`}
              </p>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  )
}

function Share({ stake }: { stake: AgentView['stakes'][number] }) {
  const part = (amount: string) =>
    stake.staked === '0' ? 0 : Number((BigInt(amount) * 10_000n) / BigInt(stake.staked)) / 100
  return (
    <div class="bar-of" aria-hidden="true">
      <span class="locked" style={{ width: `${part(stake.locked)}%` }} />
      <span class="queued" style={{ width: `${part(stake.queued)}%` }} />
    </div>
  )
}
