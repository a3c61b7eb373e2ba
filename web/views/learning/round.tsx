import { useQuery } from '../../api/use-query.ts'
import type { RoundView, UpdateView } from '../../api/views.ts'
import { count, money, percent } from '../../format/amounts.ts'
import { shortHex } from '../../format/names.ts'
import { bounded } from '../../format/strangers.ts'
import { utc } from '../../format/times.ts'
import { Panel } from '../../ui/panel.tsx'
import { Known } from '../../ui/states.tsx'
import { Table } from '../../ui/table.tsx'
import { Hash, Status, Who } from '../../ui/who.tsx'
import { PHASES, progressOf, unpaidText, updateText } from './phases.ts'

/** One round: how far it is, who takes part, and who earned what. */
export function Round({ id }: { id: string }) {
  const path = `/v1/rounds/${encodeURIComponent(id)}`
  const round = useQuery<RoundView>(path, { refreshOn: ['round'], polls: true })
  const updates = useQuery<UpdateView[]>(`${path}/updates?limit=200`, { refreshOn: ['round'], polls: true })
  return (
    <div class="chosen">
      <Panel
        title={`Round ${shortHex(bounded(id, 66))}`}
        aside={
          <a href="/learning" class="close">
            All rounds
          </a>
        }
      >
        <Known query={round} what="the round">
          {(found) => (
            <>
              <Phases round={found} />
              <Known query={updates} what="updates" empty="Nobody has committed to an update yet.">
                {(rows) => <Updates updates={rows} round={found} />}
              </Known>
              <Facts round={found} />
            </>
          )}
        </Known>
      </Panel>
    </div>
  )
}

function Phases({ round }: { round: RoundView }) {
  const progress = progressOf(round.status)
  return (
    <>
      <p class="soft">
        <Status status={round.status} />{' '}
        {{
          over: 'Its time is over: anybody can settle it.',
          settled: 'It was settled.',
          cancelled: 'It was taken back.',
        }[round.status as string] ?? ''}
      </p>
      <ol class="phases">
        {PHASES.map(({ name, title, what, until }, index) => (
          <li
            key={name}
            class={progress[index]}
            aria-current={progress[index] === 'now' ? 'step' : undefined}
          >
            <strong>{title}</strong>
            <span class="soft">{what}</span>
            <span class="soft">until {utc(round[until])}</span>
          </li>
        ))}
      </ol>
    </>
  )
}

function Updates({ updates, round }: { updates: readonly UpdateView[]; round: RoundView }) {
  const pool = BigInt(round.pool ?? 0)
  const shareOf = (reward: string | null) =>
    reward === null || pool === 0n ? undefined : Number((BigInt(reward) * 10_000n) / pool) / 10_000
  return (
    <Table
      caption="Updates of the round, the last committed first"
      rows={updates}
      keyOf={({ place }) => String(place)}
      columns={[
        { name: 'Participant', cell: ({ participant }) => <Who address={participant} /> },
        {
          name: 'Update',
          cell: (update) => <span class={`state-of ${update.status}`}>{updateText(update)}</span>,
        },
        { name: 'Content', isMinor: true, cell: ({ contentId }) => <Hash hex={contentId} /> },
        {
          name: 'Share of the pool',
          isMinor: true,
          cell: ({ reward }) => {
            const share = shareOf(reward)
            if (share === undefined) return <span class="soft">–</span>
            return (
              <span class="share">
                <span class="track" aria-hidden="true">
                  <span style={{ width: percent(share).replace(' ', '') }} />
                </span>
                {percent(share)}
              </span>
            )
          },
        },
        {
          name: 'Paid, $',
          isNumber: true,
          cell: (update) => (update.reward === null ? unpaidText(update) : money(update.reward, 2)),
        },
      ]}
    />
  )
}

function Facts({ round }: { round: RoundView }) {
  return (
    <dl class="facts">
      <dt>Requester</dt>
      <dd>
        <Who address={round.requester} />
      </dd>
      <dt>Pays</dt>
      <dd>
        {money(round.reward, 2)} $ to participants
        {round.evaluationFee !== '0' && `, ${money(round.evaluationFee, 2)} $ to evaluators`}
        {round.aggregationFee !== '0' && `, ${money(round.aggregationFee, 2)} $ to who aggregates`};{' '}
        {money(round.claimed, 2)} $ were credited so far
      </dd>
      <dt>Shared</dt>
      <dd>
        {round.byScore === null
          ? round.panel === 0
            ? 'equally, as the task says'
            : 'by score, when evaluators agree'
          : round.byScore
            ? 'by score'
            : 'equally: no scores stood'}
      </dd>
      <dt>Evaluators</dt>
      <dd>
        {count(round.evaluators)} offered, {count(round.seats)} of {count(round.panel)} drawn
      </dd>
      <dt>Stake</dt>
      <dd>
        {money(round.participantStake, 2)} $ of each participant, {money(round.evaluatorStake, 2)} $ of each
        evaluator
      </dd>
      <dt>Model</dt>
      <dd>
        {count(round.dimension)} coordinates, aggregated by {round.rule}
        {round.trim > 0 && ` without the ${count(round.trim)} outermost on each side`}
      </dd>
      <dt>From, to</dt>
      <dd>
        <Hash hex={round.baseModel} /> →{' '}
        {round.resultRoot === null ? (
          <span class="soft">no result yet</span>
        ) : (
          <Hash hex={round.resultRoot} />
        )}
      </dd>
    </dl>
  )
}
