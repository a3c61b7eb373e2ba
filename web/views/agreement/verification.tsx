import { useEffect, useState } from 'preact/hooks'
import { ApiFault } from '../../api/get.ts'
import type { AgreementView } from '../../api/views.ts'
import { Panel } from '../../ui/panel.tsx'
import { Fault, Loading } from '../../ui/states.tsx'
import { type Check, type Outcome, verdictOf } from './checks.ts'

const MARKS: Record<Outcome, string> = { ok: '✓', failed: '✗', unknown: '?' }
const WORDS: Record<Outcome, string> = { ok: 'holds', failed: 'does not hold', unknown: 'not checked' }
const VERDICTS: Record<Outcome, string> = {
  ok: 'Verified in this browser',
  failed: 'Not verified: something does not hold',
  unknown: 'Not verified: not everything could be checked',
}

/** Checks an agreement's signatures in the browser, by what the chain's own node says. */
export function Verification({ view }: { view: AgreementView }) {
  const [checks, setChecks] = useState<readonly Check[]>()
  const [fault, setFault] = useState<ApiFault>()
  const [round, setRound] = useState(0)
  // Only what was signed is checked; what comes later changes nothing of it.
  const key = `${view.id} ${view.openedTx ?? view.endedTx}`
  // `round` asks again.
  useEffect(() => {
    let isLeft = false
    setChecks(undefined)
    setFault(undefined)
    // viem and the ABI come with it.
    import('./chain-reader.ts')
      .then(({ verifyOnChain }) => verifyOnChain(view))
      .then(
        (found) => isLeft || setChecks(found),
        (error) => isLeft || setFault(asFault(error)),
      )
    return () => {
      isLeft = true
    }
  }, [key, round])
  const verdict = checks && verdictOf(checks)
  return (
    <Panel
      title="Signatures"
      note="Your browser reads the transaction from the chain and computes the rest itself"
      aside={
        <button type="button" class="again" onClick={() => setRound(round + 1)}>
          Check again
        </button>
      }
    >
      <div role="status" aria-live="polite">
        {checks === undefined && fault === undefined && <Loading what="the chain" />}
        {fault && <Fault fault={fault} />}
        {verdict && (
          <p class={`verdict ${verdict}`}>
            <span aria-hidden="true">{MARKS[verdict]}</span> {VERDICTS[verdict]}
          </p>
        )}
      </div>
      <ul class="checks">
        {checks?.map(({ name, outcome, detail }) => (
          <li key={name} class={outcome}>
            <span class="mark" role="img" aria-label={WORDS[outcome]}>
              {MARKS[outcome]}
            </span>
            <span>
              <strong>{name}</strong>
              <span class="soft">{detail}</span>
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  )
}

function asFault(error: unknown): ApiFault {
  const { message, remedy } = error as { message: string; remedy?: string }
  return new ApiFault(0, message, remedy ?? 'Check again in a moment.')
}
