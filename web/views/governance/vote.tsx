import { useEffect, useState } from 'preact/hooks'
import type { ProposalView } from '../../api/views.ts'
import { count } from '../../format/amounts.ts'
import { shortHex } from '../../format/names.ts'
import { Fault } from '../../ui/states.tsx'
import { toWalletFault, type WalletFault } from '../../wallet/fault.ts'
import { type UnsignedTransaction, wallet } from '../../wallet/wallet.ts'
import { WalletChoice } from '../../wallet/wallet-choice.tsx'
import { votesText } from './tally.ts'
import type { Standing, Support } from './vote-call.ts'

const SUPPORTS: readonly Support[] = ['for', 'against', 'abstain']
/** The longest reason; it is kept on chain, and its sender pays for each letter. */
const LONGEST_REASON = 200

const FORGED = {
  message: 'Its number is not that of the calls and the text above: a vote would count for something else.',
  remedy: 'Do not vote here: the market that serves this page may lie.',
}

/** Votes on a proposal: shows what is to be signed, has the wallet sign it, and waits until it counts. */
export function Vote({ proposal }: { proposal: ProposalView }) {
  const [support, setSupport] = useState<Support>('for')
  const [reason, setReason] = useState('')
  const transaction = useTransaction(proposal.proposalId, support, reason)
  const standing = useStanding(proposal)
  const isForged = useForgery(proposal)
  const { state, fault, send } = useSending()
  const chosen = wallet.value
  const isSpent = state.name !== 'idle' || standing?.hasVoted === true
  return (
    <div class="vote">
      <section aria-label="Who signs">
        <p class="legend">Who signs</p>
        <WalletChoice />
        {standing && <StandingText standing={standing} />}
      </section>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          if (transaction !== undefined) void send(transaction)
        }}
      >
        <fieldset class="supports">
          <legend>Your vote</legend>
          {SUPPORTS.map((name) => (
            <label key={name} class={name}>
              <input
                type="radio"
                name={`support ${proposal.proposalId}`}
                checked={support === name}
                onChange={() => setSupport(name)}
              />
              {name}
            </label>
          ))}
        </fieldset>
        <label class="reason">
          Reason, for everybody to read on chain (optional)
          <input
            class="entry"
            type="text"
            maxLength={LONGEST_REASON}
            value={reason}
            onInput={({ currentTarget }) => setReason(currentTarget.value)}
          />
        </label>
        <details class="unsigned">
          <summary>The transaction that is to be signed</summary>
          {transaction && <Unsigned transaction={transaction} from={chosen?.address} />}
        </details>
        {isForged && <Fault fault={FORGED} />}
        <div class="buttons">
          <button
            type="submit"
            class="button"
            disabled={chosen === undefined || transaction === undefined || isSpent}
          >
            {chosen?.kind === 'injected' ? 'Ask the wallet and send' : 'Sign and send'}
          </button>
        </div>
        <p role="status" aria-live="polite">
          {state.name === 'signing' && 'Waiting for the signature…'}
          {state.name === 'sent' &&
            `Sent as ${shortHex(state.hash)}; the chain has not said yet that it counts.`}
          {state.name === 'counted' && `Counted in block ${count(state.block)}.`}
        </p>
        {fault && <Fault fault={fault} />}
      </form>
    </div>
  )
}

function StandingText({ standing: { votes, hasVoted } }: { standing: Standing }) {
  return (
    <p class={votes === 0n ? 'soft' : undefined}>
      {votes === 0n
        ? 'This account held no votes when they counted, so its vote weighs nothing.'
        : `This account has ${votesText(votes)} votes here.`}
      {hasVoted && ' It has voted.'}
    </p>
  )
}

function Unsigned({ transaction, from }: { transaction: UnsignedTransaction; from: string | undefined }) {
  return (
    <dl class="facts">
      <dt>From</dt>
      <dd>{from === undefined ? 'whom you choose above' : <code class="whole">{from}</code>}</dd>
      <dt>To</dt>
      <dd>
        the governor, <code class="whole">{transaction.to}</code>
      </dd>
      <dt>Value</dt>
      <dd>0 wei</dd>
      <dt>Calls</dt>
      <dd>
        <code>castVoteWithReason</code>
      </dd>
      <dt>Data</dt>
      <dd>
        <code class="whole">{transaction.data}</code>
      </dd>
    </dl>
  )
}

function useTransaction(
  proposalId: string,
  support: Support,
  reason: string,
): UnsignedTransaction | undefined {
  const [transaction, setTransaction] = useState<UnsignedTransaction>()
  useEffect(() => {
    let isLeft = false
    setTransaction(undefined)
    import('./vote-call.ts')
      .then(({ voteCall }) => voteCall(proposalId, support, reason))
      .then(
        (made) => isLeft || setTransaction(made),
        // Without it the button stays shut; what is wrong with the market, the page says elsewhere.
        () => undefined,
      )
    return () => {
      isLeft = true
    }
  }, [proposalId, support, reason])
  return transaction
}

/** Whether the proposal is found to be another than the one that is shown. */
function useForgery(proposal: ProposalView): boolean {
  const [isForged, setForged] = useState(false)
  const { proposalId, actions, description } = proposal
  const key = JSON.stringify([proposalId, actions, description])
  // Every answer is new, and says the same
  useEffect(() => {
    let isLeft = false
    setForged(false)
    import('./as-shown.ts')
      .then(({ isAsShown }) => isAsShown(proposal) === false)
      .then(
        (found) => isLeft || setForged(found),
        // Nor can it be voted on then.
        () => undefined,
      )
    return () => {
      isLeft = true
    }
  }, [key])
  return isForged
}

function useStanding({ proposalId, voteStart, voters }: ProposalView): Standing | undefined {
  const [standing, setStanding] = useState<Standing>()
  const account = wallet.value?.address
  // Another voter may be this account, from elsewhere
  useEffect(() => {
    let isLeft = false
    setStanding(undefined)
    if (account === undefined) return
    import('./vote-call.ts')
      .then(({ standingOf }) => standingOf(account, proposalId, voteStart))
      .then(
        (found) => isLeft || setStanding(found),
        // A kindness: the governor counts as it does.
        () => undefined,
      )
    return () => {
      isLeft = true
    }
  }, [account, proposalId, voteStart, voters])
  return standing
}

type Sending =
  | { name: 'idle' | 'signing' }
  | { name: 'sent'; hash: string }
  | { name: 'counted'; block: bigint }

function useSending() {
  const [state, setState] = useState<Sending>({ name: 'idle' })
  const [fault, setFault] = useState<WalletFault>()
  const send = async (transaction: UnsignedTransaction) => {
    const by = wallet.peek()
    if (by === undefined) return
    setFault(undefined)
    setState({ name: 'signing' })
    try {
      const { counted } = await import('./vote-call.ts')
      const hash = await by.sendTransaction(transaction)
      setState({ name: 'sent', hash })
      setState({ name: 'counted', block: await counted(hash) })
    } catch (error) {
      // What was sent may still count: it is not offered again.
      setState((before) => (before.name === 'sent' ? before : { name: 'idle' }))
      setFault(toWalletFault(error))
    }
  }
  return { state, fault, send }
}
