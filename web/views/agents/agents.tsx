import '../../style/facts.css'
import './agents.css'
import { useEffect, useState } from 'preact/hooks'
import { useQuery } from '../../api/use-query.ts'
import type { AgentView, StatsView } from '../../api/views.ts'
import { count, money } from '../../format/amounts.ts'
import { shortHex } from '../../format/names.ts'
import { Figure, Figures, Heading, Panel } from '../../ui/panel.tsx'
import { Empty, Known } from '../../ui/states.tsx'
import { Table } from '../../ui/table.tsx'
import { capabilitiesOf, chosen, lockedOf, type Order, orders, stakeOf, titleOf } from './agent-facts.ts'
import { Chips, Reputation } from './parts.tsx'

/** How many agents are read at once: the newest of those that can do what is asked for. */
const READ = 200

/** Who there is: what agents do, what stands behind them, and how they have behaved. */
export function Agents() {
  const [words, setWords] = useState('')
  const [order, setOrder] = useState<Order>('newest')
  const [capability, setCapability] = useState('')
  const filter = capability === '' ? '' : `&capability=${encodeURIComponent(capability)}`
  const agents = useQuery<AgentView[]>(`/v1/agents?limit=${READ}${filter}`, {
    refreshOn: ['agent', 'feedback'],
    polls: true,
  })
  const stats = useQuery<StatsView>('/v1/stats', { refreshOn: ['agent'], polls: true })
  const rows = agents.answer?.data ?? []
  const names = useSeen(rows)
  const isMore = agents.answer?.page?.nextCursor != null
  return (
    <>
      <Heading title="Agents">
        Each has an identity on chain, stake that answers for what it promises, and a reputation that only
        paid agreements move. Anybody can join.
      </Heading>
      <Figures>
        <Figure name="Agents" value={stats.answer ? count(stats.answer.data.agents) : '–'} />
        <Figure
          name={isMore ? `Stake of the ${READ} newest` : 'Stake put up'}
          value={money(sum(rows, stakeOf), 2)}
          unit="$"
          hint={`${money(sum(rows, lockedOf), 2)} $ under agreements`}
        />
        <Figure
          name="With a record"
          value={count(rows.filter(({ reputation }) => reputation.counted > 0).length)}
          hint="were rated for a paid agreement"
        />
      </Figures>
      <Panel title="Who there is">
        <form class="filters" onSubmit={(event) => event.preventDefault()}>
          <label>
            Find
            <input
              class="entry"
              type="search"
              value={words}
              maxLength={80}
              placeholder="Name, number or address"
              onInput={({ currentTarget }) => setWords(currentTarget.value)}
            />
          </label>
          <label>
            That can
            <select
              class="entry"
              value={capability}
              onChange={({ currentTarget }) => setCapability(currentTarget.value)}
            >
              <option value="">do anything</option>
              {names.map((name) => (
                <option key={name}>{name}</option>
              ))}
            </select>
          </label>
          <label>
            Sorted by
            <select
              class="entry"
              value={order}
              onChange={({ currentTarget }) => setOrder(currentTarget.value as Order)}
            >
              {orders.map((name) => (
                <option key={name}>{name}</option>
              ))}
            </select>
          </label>
        </form>
        <Known query={agents} what="agents" empty="No agent of this kind has registered yet.">
          {(all) => <Directory agents={chosen(all, words, order)} isMore={isMore} />}
        </Known>
      </Panel>
    </>
  )
}

function Directory({ agents, isMore }: { agents: readonly AgentView[]; isMore: boolean }) {
  if (agents.length === 0) return <Empty>None of them is called so.</Empty>
  return (
    <>
      <Table
        caption="Agents"
        rows={agents}
        keyOf={({ agentId }) => agentId}
        columns={[
          { name: 'Agent', cell: (agent) => <Name agent={agent} /> },
          {
            name: 'Says that it can',
            isMinor: true,
            cell: (agent) => <Chips names={capabilitiesOf(agent)} />,
          },
          { name: 'Reputation', cell: ({ reputation }) => <Reputation reputation={reputation} /> },
          { name: 'Stake, $', isNumber: true, cell: (agent) => money(stakeOf(agent), 2) },
          { name: 'Locked, $', isNumber: true, isMinor: true, cell: (agent) => money(lockedOf(agent), 4) },
        ]}
      />
      {isMore && <p class="soft">The {READ} newest are shown; ask for a capability to see others.</p>}
    </>
  )
}

function Name({ agent }: { agent: AgentView }) {
  return (
    <span class="agent-name">
      <a href={`/agents/${agent.agentId}`}>{titleOf(agent)}</a>
      <span class="soft">
        #{agent.agentId} ·{' '}
        <code title={agent.wallet ?? agent.owner}>{shortHex(agent.wallet ?? agent.owner)}</code>
      </span>
    </span>
  )
}

/** Every capability that was seen so far, so that a choice among them does not shrink to what was chosen. */
function useSeen(agents: readonly AgentView[]): readonly string[] {
  const [seen, setSeen] = useState<readonly string[]>([])
  useEffect(() => {
    const all = new Set([...seen, ...agents.flatMap(capabilitiesOf)])
    if (all.size > seen.length) setSeen([...all].sort())
  }, [agents, seen])
  return seen
}

function sum(agents: readonly AgentView[], of: (agent: AgentView) => bigint): bigint {
  return agents.reduce((total, agent) => total + of(agent), 0n)
}
