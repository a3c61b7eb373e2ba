import '../../style/facts.css'
import './agents.css'
import { useRoute } from 'preact-iso'
import { useQuery } from '../../api/use-query.ts'
import type { AgentView, TradeView } from '../../api/views.ts'
import { count, money } from '../../format/amounts.ts'
import { bounded } from '../../format/strangers.ts'
import { utc } from '../../format/times.ts'
import { KnownPanel } from '../../ui/known-panel.tsx'
import { Figure, Figures, Heading, Panel } from '../../ui/panel.tsx'
import { Known } from '../../ui/states.tsx'
import { Hash } from '../../ui/who.tsx'
import { lockedOf, stakeOf, titleOf } from './agent-facts.ts'
import { CapabilityRecord } from './capability-record.tsx'
import { Feedback, Validations } from './judgements.tsx'
import { Reputation } from './parts.tsx'
import { Stakes } from './stakes.tsx'
import { Trades } from './trades.tsx'

/** One agent. */
export function Agent() {
  const { id = '' } = useRoute().params
  const path = `/v1/agents/${encodeURIComponent(id)}`
  const agent = useQuery<AgentView>(path, { refreshOn: ['agent', 'feedback', 'agreement'] })
  if (agent.answer === undefined) {
    return (
      <>
        <Heading title={`Agent ${bounded(id, 20)}`} />
        <Known query={agent} what="the agent">
          {() => null}
        </Known>
      </>
    )
  }
  return (
    <>
      {agent.fault && (
        <Known query={agent} what="the agent">
          {() => null}
        </Known>
      )}
      <Profile agent={agent.answer.data} path={path} />
    </>
  )
}

function Profile({ agent, path }: { agent: AgentView; path: string }) {
  const account = agent.wallet ?? agent.owner
  const trades = useQuery<TradeView[]>(`/v1/trades?agent=${account}&limit=100`, { refreshOn: ['agreement'] })
  const isMore = trades.answer?.page?.nextCursor != null
  return (
    <>
      <Heading title={titleOf(agent)}>
        Agent {agent.agentId} of the registry, since {utc(Date.parse(agent.registeredAt) / 1_000)}
      </Heading>
      <Figures>
        <Figure
          name="Reputation"
          value={<Reputation reputation={agent.reputation} />}
          hint="0 to 1; a newcomer has 0.50"
        />
        <Figure
          name="Stake"
          value={money(stakeOf(agent), 2)}
          unit="$"
          hint={`${money(lockedOf(agent))} $ under agreements`}
        />
        <Figure
          name="Trades"
          value={trades.answer ? `${count(trades.answer.data.length)}${isMore ? '+' : ''}` : '–'}
        />
        <Figure
          name="Bought and sold"
          value={trades.answer ? money(volumeOf(trades.answer.data), 4) : '–'}
          unit="$"
          hint={isMore ? 'in its last 100 trades' : 'in all its trades'}
        />
      </Figures>
      <div class="columns">
        <div>
          <KnownPanel
            title="Trades"
            note="As buyer or as seller, the last first"
            query={trades}
            what="its trades"
            empty="It has not traded yet."
          >
            {(rows) => <Trades trades={rows.slice(0, 20)} account={account} />}
          </KnownPanel>
          <Feedback path={path} reputation={agent.reputation} />
          <CapabilityRecord record={agent.capability} />
        </div>
        <div>
          <Identity agent={agent} />
          <Stakes stakes={agent.stakes} />
          <Validations path={path} />
        </div>
      </div>
    </>
  )
}

function Identity({ agent }: { agent: AgentView }) {
  return (
    <Panel title="Identity">
      <dl class="facts">
        <dt>Speaks by</dt>
        <dd>
          {agent.wallet === null ? 'no wallet' : <code class="whole">{agent.wallet}</code>}
          {!agent.bound && <span class="soft"> (the wallet has not consented)</span>}
        </dd>
        <dt>Owner</dt>
        <dd>
          <code class="whole">{agent.owner}</code>
        </dd>
        <dt>Registration file</dt>
        <dd class="stranger">{agent.uri === '' ? 'none' : bounded(agent.uri)}</dd>
        <dt>Registered in</dt>
        <dd>
          block {count(agent.registeredBlock)}, <Hash hex={agent.registeredTx} />
        </dd>
      </dl>
    </Panel>
  )
}

function volumeOf(trades: readonly TradeView[]): bigint {
  return trades.reduce((sum, { payment }) => sum + BigInt(payment), 0n)
}
