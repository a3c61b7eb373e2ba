import '../../style/facts.css'
import './governance.css'
import { useQuery } from '../../api/use-query.ts'
import type { DisputeView, EvidenceView } from '../../api/views.ts'
import { count, money, percent } from '../../format/amounts.ts'
import { bounded } from '../../format/strangers.ts'
import { utc } from '../../format/times.ts'
import { Known } from '../../ui/states.tsx'
import { Hash, Status, Who } from '../../ui/who.tsx'

/** One case before jurors: who claims what of whom, what was brought, who judged, and how. */
export function Dispute({ dispute }: { dispute: DisputeView }) {
  const { plaintiff, defendant, defendantBps, jurors } = dispute
  return (
    <article class="case">
      <header>
        <h3>
          <Who address={plaintiff} /> against <Who address={defendant} />
        </h3>
        <Status status={dispute.status} />
      </header>
      <p class="soft">
        {money(dispute.amount)} $ contested, since {utc(Date.parse(dispute.createdAt) / 1_000)}
      </p>
      {defendantBps !== null && (
        <p class="ruling">
          Ruled: <strong>{percent(defendantBps / 10_000)}</strong> to the seller, the rest to the buyer
        </p>
      )}
      <Stage dispute={dispute} />
      {jurors.length > 0 && <Jurors jurors={jurors} />}
      <Evidence dispute={dispute} />
    </article>
  )
}

function Stage({ dispute: { bond, matcher, appellant, slashed, burned } }: { dispute: DisputeView }) {
  return (
    <dl class="facts">
      <dt>Bonds</dt>
      <dd>
        {money(bond, 2)} $ of the buyer
        {matcher === null ? (
          <span class="soft">; the seller’s is still missing</span>
        ) : (
          <>
            {' '}
            and of <Who address={matcher} />
          </>
        )}
      </dd>
      {appellant !== null && (
        <>
          <dt>Appealed by</dt>
          <dd>
            <Who address={appellant} />
          </dd>
        </>
      )}
      {burned !== null && burned !== '0' && (
        <>
          <dt>Burned</dt>
          <dd>
            {money(burned, 4)} $ {slashed > 0 && `, ${count(slashed)} jurors lost their bonds`}
          </dd>
        </>
      )}
    </dl>
  )
}

function Jurors({ jurors }: { jurors: DisputeView['jurors'] }) {
  return (
    <>
      <h4>Jurors</h4>
      <ul class="jurors">
        {jurors.map(({ round, agentId, depositor, committed, vote }) => (
          <li key={`${round} ${agentId}`}>
            <span>
              <Who address={depositor} />
              {round > 0 && <span class="soft"> on appeal</span>}
            </span>
            <span class="scale" aria-hidden="true">
              {vote !== null && <span style={{ left: `${vote / 100}%` }} />}
            </span>
            <span class="soft number">
              {vote !== null ? percent(vote / 10_000) : committed ? 'has voted, sealed' : 'has not voted'}
            </span>
          </li>
        ))}
      </ul>
      <p class="soft small">Where a juror’s mark stands is the seller’s share.</p>
    </>
  )
}

/** What was brought. What it links to is of strangers: it is shown, and never fetched. */
function Evidence({ dispute: { arbitrable, id, evidence } }: { dispute: DisputeView }) {
  const path = evidence === 0 ? undefined : `/v1/disputes/${arbitrable}/${id}/evidence?limit=20`
  const pieces = useQuery<EvidenceView[]>(path, { refreshOn: ['dispute'], polls: true })
  if (evidence === 0) return <p class="soft">Nobody has brought evidence.</p>
  return (
    <>
      <h4>Evidence</h4>
      <Known query={pieces} what="evidence">
        {(rows) => (
          <ol class="evidence">
            {rows.map(({ number, submitter, uri, evidence: hash, submittedAt }) => (
              <li key={number}>
                <span>
                  <Who address={submitter} /> <span class="soft">{utc(Date.parse(submittedAt) / 1_000)}</span>
                </span>
                <span class="stranger">{bounded(uri, 120)}</span>
                <span class="soft small">
                  hash <Hash hex={hash} />
                </span>
              </li>
            ))}
          </ol>
        )}
      </Known>
    </>
  )
}
