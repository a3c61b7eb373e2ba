import { useEffect, useState } from 'preact/hooks'
import { useQuery } from '../../api/use-query.ts'
import type { ProposalView, VoteView } from '../../api/views.ts'
import { percent } from '../../format/amounts.ts'
import { bounded } from '../../format/strangers.ts'
import { Known } from '../../ui/states.tsx'
import { Status, Who } from '../../ui/who.tsx'
import { network } from '../../wallet/network.ts'
import { carries, deadlineText, headed, sidesOf, votesText } from './tally.ts'
import { Vote } from './vote.tsx'

/** One proposal: what it says, what it would do, how the votes stand, and a form to vote while one can. */
export function Proposal({ proposal }: { proposal: ProposalView }) {
  const { title, text } = headed(proposal.description)
  const [isOpen, setOpen] = useState(false)
  const quorum = useQuorum(proposal)
  return (
    <article class="proposal">
      <header>
        <h3>{title}</h3>
        <Status status={proposal.status} />
      </header>
      <p class="soft">
        {deadlineText(proposal)} · by <Who address={proposal.proposer} />
      </p>
      {text !== '' && <p class="text">{text}</p>}
      <Actions actions={proposal.actions} />
      <Tally proposal={proposal} quorum={quorum} />
      {proposal.status === 'active' && (
        <details class="ballot">
          <summary>Vote</summary>
          <Vote proposal={proposal} />
        </details>
      )}
      {proposal.voters > 0 && (
        <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
          <summary>Who voted ({proposal.voters})</summary>
          {isOpen && <Votes proposalId={proposal.proposalId} />}
        </details>
      )}
    </article>
  )
}

function Tally({ proposal, quorum }: { proposal: ProposalView; quorum: bigint | undefined }) {
  const sides = sidesOf(proposal)
  return (
    <div class="tally">
      <div class="split" aria-hidden="true">
        {sides.map(
          ({ name, share }) => share > 0 && <span key={name} class={name} style={{ flexGrow: share }} />,
        )}
      </div>
      <ul class="sides">
        {sides.map(({ name, votes, share }) => (
          <li key={name}>
            <span class={`key ${name}`} aria-hidden="true" /> {name} <strong>{votesText(votes)}</strong>{' '}
            <span class="soft">{percent(share)}</span>
          </li>
        ))}
      </ul>
      {quorum !== undefined && (
        <p class="soft small">
          {
            {
              carries: 'Carries as it stands',
              'no majority': 'Has a quorum, and no majority',
              'no quorum': 'Has no quorum yet',
            }[carries(proposal, quorum)]
          }
          ; {votesText(quorum)} votes for or abstaining are needed.
        </p>
      )}
    </div>
  )
}

/** What it would do, as its calldata says: what its text says of that, nobody checks. */
function Actions({ actions }: { actions: ProposalView['actions'] }) {
  const [texts, setTexts] = useState<readonly string[]>()
  const key = JSON.stringify(actions)
  // Every answer has new actions that say the same
  useEffect(() => {
    let isLeft = false
    if (actions === null) return
    Promise.all([import('./decode-action.ts'), network()]).then(
      ([{ actionText }, { deployment }]) =>
        isLeft || setTexts(actions.map((action) => actionText(action, deployment.contracts))),
      () => isLeft || setTexts(actions.map(({ calldata }) => bounded(calldata, 74))),
    )
    return () => {
      isLeft = true
    }
  }, [key])
  if (actions === null) return <p class="soft">What it would do is too long to be kept here.</p>
  return (
    <ol class="actions">
      {texts?.map((text, index) => (
        // Calls have no names, and their order does not change
        <li key={index}>
          <code class="whole">{text}</code>
        </li>
      ))}
    </ol>
  )
}

function Votes({ proposalId }: { proposalId: string }) {
  const votes = useQuery<VoteView[]>(`/v1/governance/proposals/${proposalId}/votes?limit=50`, { polls: true })
  return (
    <Known query={votes} what="votes" empty="Nobody has voted yet.">
      {(rows) => (
        <ul class="votes">
          {rows.map(({ voter, support, weight, reason }) => (
            <li key={voter}>
              <span class={`key ${support}`} aria-hidden="true" />
              <span>
                <Who address={voter} /> {support}
                {reason !== '' && <span class="soft"> “{bounded(reason)}”</span>}
              </span>
              <span class="number">{votesText(weight)}</span>
            </li>
          ))}
        </ul>
      )}
    </Known>
  )
}

/** The quorum of a vote that has begun; undefined while the chain has not said. */
function useQuorum({ status, voteStart }: ProposalView): bigint | undefined {
  const [quorum, setQuorum] = useState<bigint>()
  const hasBegun = status === 'active' || status === 'ended'
  useEffect(() => {
    let isLeft = false
    if (!hasBegun) return
    import('./vote-call.ts')
      .then(({ quorumAt }) => quorumAt(voteStart))
      .then(
        (found) => isLeft || setQuorum(found),
        () => undefined,
      )
    return () => {
      isLeft = true
    }
  }, [hasBegun, voteStart])
  return hasBegun ? quorum : undefined
}
