import '../../style/facts.css'
import './governance.css'
import { useQuery } from '../../api/use-query.ts'
import type { DisputeView, ProposalView } from '../../api/views.ts'
import { KnownPanel } from '../../ui/known-panel.tsx'
import { Heading } from '../../ui/panel.tsx'
import { Dispute } from './dispute.tsx'
import { Proposal } from './proposal.tsx'
import { Rules } from './rules.tsx'

/** Who decides: holders of votes about rules, drawn jurors about disputes. */
export function Governance() {
  const proposals = useQuery<ProposalView[]>('/v1/governance/proposals?limit=20', {
    // A vote is told of by no event.
    refreshOn: ['proposal'],
    polls: true,
  })
  const disputes = useQuery<DisputeView[]>('/v1/disputes?limit=20', { refreshOn: ['dispute'], polls: true })
  return (
    <>
      <Heading title="Governance">
        Rules change by a vote of token holders, after a delay in which anybody can leave. Money in escrow is
        out of its reach: a dispute goes to jurors drawn by lot.
      </Heading>
      <div class="columns">
        <div>
          <KnownPanel
            title="Proposals"
            note="Each vote weighs what its account held when voting began"
            query={proposals}
            what="proposals"
            empty="Nobody has proposed anything yet: the rules are as they were deployed."
          >
            {(rows) => rows.map((proposal) => <Proposal key={proposal.proposalId} proposal={proposal} />)}
          </KnownPanel>
          <Rules />
        </div>
        <div>
          <KnownPanel
            title="Disputes"
            note="Jurors commit their votes sealed, then open them"
            query={disputes}
            what="disputes"
            empty="No dispute has come before jurors."
          >
            {(rows) =>
              rows.map((dispute) => (
                <div key={`${dispute.arbitrable} ${dispute.id}`} class="docket">
                  <Dispute dispute={dispute} />
                  <a href={`/agreements/${dispute.id}`}>The agreement it is about</a>
                </div>
              ))
            }
          </KnownPanel>
        </div>
      </div>
    </>
  )
}
