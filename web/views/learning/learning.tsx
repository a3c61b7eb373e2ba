import '../../style/facts.css'
import './learning.css'
import { useRoute } from 'preact-iso'
import { useQuery } from '../../api/use-query.ts'
import type { ModelView, RoundView } from '../../api/views.ts'
import { count, money } from '../../format/amounts.ts'
import { KnownPanel } from '../../ui/known-panel.tsx'
import { Figure, Figures, Heading, Panel } from '../../ui/panel.tsx'
import { Table } from '../../ui/table.tsx'
import { Hash, Status, Who } from '../../ui/who.tsx'
import { Models } from './models.tsx'
import { rewardsOf } from './phases.ts'
import { Round } from './round.tsx'

/** Rounds of federated learning and the models that came of them. */
export function Learning() {
  const { round: chosen } = useRoute().query
  const rounds = useQuery<RoundView[]>('/v1/rounds?limit=50', { refreshOn: ['round'], polls: true })
  const models = useQuery<ModelView[]>('/v1/models?limit=100', { refreshOn: ['round'] })
  const rows = rounds.answer?.data ?? []
  const open = rows.filter(({ status }) => status !== 'settled' && status !== 'cancelled')
  return (
    <>
      <Heading title="Learning">
        Agents improve a model together without showing their data. Who improves it more is paid more, by
        scores that drawn evaluators seal before they see each other’s.
      </Heading>
      <Figures>
        <Figure name="Rounds under way" value={count(open.length)} hint={`${count(rows.length)} in all`} />
        <Figure name="Rewards on offer" value={money(total(open, rewardsOf), 2)} unit="$" />
        <Figure
          name="Paid out"
          value={money(
            total(rows, ({ claimed }) => BigInt(claimed)),
            2,
          )}
          unit="$"
        />
        <Figure name="Models" value={models.answer ? count(models.answer.data.length) : '–'} />
      </Figures>
      {chosen !== undefined && <Round key={chosen} id={chosen} />}
      <div class="columns learning">
        <div>
          <KnownPanel
            title="Rounds"
            note="The last opened first"
            query={rounds}
            what="rounds"
            empty="Nobody has asked for a model to be improved yet: a requester opens a round and pays in its reward."
          >
            {(all) => <Rounds rounds={all} chosen={chosen} />}
          </KnownPanel>
        </div>
        <div>
          <KnownPanel
            title="Models"
            note="What came of rounds, each under the one that it improves"
            query={models}
            what="models"
            empty="No round has come to a model yet."
          >
            {(all) => <Models models={all} />}
          </KnownPanel>
          <Panel title="How good are they?">
            <p>
              Accuracy is not on chain: who holds the evaluation set knows it. On chain are the shares that
              evaluators’ scores earned, and the hash of each model, by which anybody who has its content can
              check it.
            </p>
          </Panel>
        </div>
      </div>
    </>
  )
}

function Rounds({ rounds, chosen }: { rounds: readonly RoundView[]; chosen: string | undefined }) {
  return (
    <Table
      caption="Rounds of learning, the last opened first"
      rows={rounds}
      keyOf={({ id }) => id}
      columns={[
        {
          name: 'Round',
          cell: ({ id }) => (
            <span aria-current={id === chosen || undefined}>
              <Hash hex={id} href={`/learning?round=${id}`} />
            </span>
          ),
        },
        { name: 'Phase', cell: ({ status }) => <Status status={status} /> },
        { name: 'Requester', isMinor: true, cell: ({ requester }) => <Who address={requester} /> },
        {
          name: 'Updates',
          isNumber: true,
          isMinor: true,
          cell: ({ updates, participants }) => `${updates} of ${participants}`,
        },
        { name: 'Reward, $', isNumber: true, cell: (round) => money(rewardsOf(round), 2) },
      ]}
    />
  )
}

function total(rounds: readonly RoundView[], of: (round: RoundView) => bigint): bigint {
  return rounds.reduce((sum, round) => sum + of(round), 0n)
}
