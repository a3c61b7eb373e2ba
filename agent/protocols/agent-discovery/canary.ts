import type { CapabilityRecord } from '../../../protocol/types.ts'
import { abortable } from '../../network/abortable.ts'
import { PROBE_TIMEOUT } from './constants.ts'
import type { ReceivedCapability } from './record-book.ts'

/**
 * Puts a service to the test: asks what it is known to answer, and compares.
 *
 * @returns whether it did what its record claims; whether an answer is right is the probe's to say
 * @throws anything when the service did not answer, which is no lie
 */
export type Probe = (record: CapabilityRecord, signal: AbortSignal) => Promise<boolean>

/** What a test came to; `unanswered` says nothing against an agent that may only be away. */
export type Outcome = 'passed' | 'failed' | 'unanswered'

/** What an agent claimed, with its signature, when it was found not to be so. */
export interface Lie {
  readonly record: ReceivedCapability
  /** Unix seconds. */
  readonly at: bigint
}

/**
 * Challenges a record with a canary task.
 *
 * @param signal ends the test, and rejects with its reason
 */
export async function challenge(
  { value }: ReceivedCapability,
  probe: Probe,
  signal: AbortSignal,
): Promise<Outcome> {
  const testing = AbortSignal.any([signal, AbortSignal.timeout(PROBE_TIMEOUT)])
  try {
    // A probe that does not heed its signal shall not keep anybody waiting.
    return (await abortable(() => probe(value, testing), testing)) ? 'passed' : 'failed'
  } catch {
    signal.throwIfAborted()
    return 'unanswered'
  }
}
