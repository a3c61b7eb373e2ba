import { useQuery } from '../../api/use-query.ts'
import type { AgentView, FeedbackView, ValidationView } from '../../api/views.ts'
import { percent } from '../../format/amounts.ts'
import { bounded } from '../../format/strangers.ts'
import { utc } from '../../format/times.ts'
import { KnownPanel } from '../../ui/known-panel.tsx'
import { Table } from '../../ui/table.tsx'
import { Hash, Who } from '../../ui/who.tsx'
import { decimalText } from './agent-facts.ts'

/** What clients said about an agent. @param path of the agent in the API */
export function Feedback({ path, reputation }: { path: string; reputation: AgentView['reputation'] }) {
  const feedback = useQuery<FeedbackView[]>(`${path}/feedback?limit=50`, { refreshOn: ['feedback'] })
  const note =
    reputation.feedbacks === 0
      ? 'Only what stands on a paid agreement counts'
      : `${reputation.counted} of ${reputation.feedbacks} stand on a paid agreement, and only those count`
  return (
    <KnownPanel
      title="Feedback"
      note={note}
      query={feedback}
      what="feedback"
      empty="Nobody has said anything about it yet."
    >
      {(rows) => (
        <Table
          caption="Feedback, the last first"
          rows={rows}
          keyOf={({ client, index }) => `${client} ${index}`}
          columns={[
            { name: 'When', isMinor: true, cell: ({ givenAt }) => utc(Date.parse(givenAt) / 1_000) },
            { name: 'Client', cell: ({ client }) => <Who address={client} /> },
            { name: 'Rating', isNumber: true, cell: ratingOf },
            { name: 'About', cell: ({ tag1, tag2 }) => tags(tag1, tag2) },
            {
              name: 'Counts',
              cell: ({ agreement, revoked }) =>
                revoked ? (
                  <span class="soft">taken back</span>
                ) : agreement === null ? (
                  <span class="soft">nothing behind it</span>
                ) : (
                  <Hash hex={agreement} href={`/agreements/${agreement}`} />
                ),
            },
          ]}
        />
      )}
    </KnownPanel>
  )
}

/** What validators were asked about an agent, and answered. @param path of the agent in the API */
export function Validations({ path }: { path: string }) {
  const validations = useQuery<ValidationView[]>(`${path}/validations?limit=20`, { polls: true })
  return (
    <KnownPanel
      title="Validations"
      note="What others checked for it, from 0 to 100"
      query={validations}
      what="validations"
      empty="Nobody was asked to check it."
    >
      {(rows) => (
        <ul class="claims">
          {rows.map(({ requestHash, validator, response, tag, answeredAt }) => (
            <li key={requestHash}>
              <strong>{response === null ? 'pending' : `${response} / 100`}</strong>
              <span>
                <Who address={validator} />
                {tag ? ` on ${bounded(tag, 30)}` : ''}
              </span>
              <span class="soft">
                {answeredAt === null ? 'no answer yet' : utc(Date.parse(answeredAt) / 1_000)}
              </span>
            </li>
          ))}
        </ul>
      )}
    </KnownPanel>
  )
}

/** What counts is a share; what anybody may say, a number with a decimal point somewhere. */
function ratingOf({ rating, value, decimals }: FeedbackView): string {
  if (rating !== null) return percent(rating / 10_000)
  return bounded(decimalText(value, decimals), 24)
}

function tags(...found: readonly (string | null)[]): string {
  const texts = found.filter((text) => text !== null && text !== '')
  return texts.length === 0 ? '–' : texts.map((text) => bounded(text, 30)).join(', ')
}
