import {
  type Address,
  type ForwardedShare,
  type KeyAdvertisement,
  type MaskedInput,
  type SecureSum,
  SecureSumParticipant,
  SecureSumServer,
  type SecureSumSession,
  type SecureSumTerms,
  type ShareBundle,
  type SurvivorsConfirmation,
  secureSumSession,
  seededBytes,
  type Unmasking,
} from '../../../../../agent/index.ts'
import { SignatureError } from '../../../../../protocol/errors.ts'
import type { Hex } from '../../../../../protocol/types.ts'

/** Who stops after which step: 0 sends nothing, 5 does everything. */
export type StepsDone = readonly number[]

/** What somebody between participants and server makes of a message. */
export interface Tampering {
  keys?(message: KeyAdvertisement): KeyAdvertisement
  shares?(message: ShareBundle): ShareBundle
  forwarded?(message: ForwardedShare, to: Address): ForwardedShare
  input?(message: MaskedInput): MaskedInput
  survivors?(survivors: Address[], to: Address): Address[]
  confirmations?(messages: SurvivorsConfirmation[], to: Address): SurvivorsConfirmation[]
  unmasking?(message: Unmasking): Unmasking
}

/** Address of a test's participant. */
export function addressOf(index: number): Address {
  return `0x${(index + 1).toString(16).padStart(40, '0')}`
}

/** In place of signatures: whoever knows an address could make them, which no test does for another. */
export const sign =
  (address: Address) =>
  (digest: Hex): Hex =>
    `${digest}${address.slice(2)}`

export function verify(digest: Hex, signature: Hex, signer: Address): void {
  if (signature === sign(signer)(digest)) return
  throw new SignatureError('SIGNER_WRONG', 'A signature does not fit its message.', {
    field: `signature of ${signer}`,
  })
}

/** A session among so many. */
export function sessionOf(count: number, terms: Partial<SecureSumTerms> = {}): SecureSumSession {
  const participants = Array.from({ length: count }, (_, i) => addressOf(i))
  return secureSumSession({ id: new Uint8Array(32).fill(7), participants, length: 5, bound: 1000, ...terms })
}

export function participantsOf(session: SecureSumSession, seed: number): SecureSumParticipant[] {
  return session.participants.map(
    (address, i) =>
      new SecureSumParticipant({
        session,
        address,
        sign: sign(address),
        verify,
        random: seededBytes(seed + i),
      }),
  )
}

/** Runs a whole sum in one process; what a participant or the server throws is thrown. */
export async function runSum(
  session: SecureSumSession,
  inputs: readonly Int32Array[],
  stepsDone: StepsDone,
  seed: number,
  tampering: Tampering = {},
): Promise<SecureSum> {
  const server = new SecureSumServer(session, verify)
  const participants = participantsOf(session, seed)
  const after = (step: number) => participants.filter((_, i) => (stepsDone[i] ?? 5) >= step)
  const inputOf = (participant: SecureSumParticipant) =>
    inputs[participants.indexOf(participant)] ?? new Int32Array(0)

  for (const each of after(1)) {
    const message = each.advertise()
    server.addKeys(tampering.keys?.(message) ?? message)
  }
  const keys = server.closeKeys()
  for (const each of after(2)) {
    const message = await each.shareKeys(keys)
    server.addShares(tampering.shares?.(message) ?? message)
  }
  const shares = server.closeShares()
  for (const each of after(3)) {
    const to = each.address
    const forwarded = (shares.get(to) ?? []).map((message) => tampering.forwarded?.(message, to) ?? message)
    const message = each.mask(forwarded, inputOf(each))
    server.addInput(tampering.input?.(message) ?? message)
  }
  const survivors = server.closeInputs()
  for (const each of after(4)) {
    server.addConfirmation(each.confirm(tampering.survivors?.([...survivors], each.address) ?? survivors))
  }
  const confirmations = server.closeConfirmations()
  for (const each of after(5)) {
    const message = each.unmask(tampering.confirmations?.([...confirmations], each.address) ?? confirmations)
    server.addUnmasking(tampering.unmasking?.(message) ?? message)
  }
  return server.finish()
}

/** The sum in plain sight. */
export function plainSum(inputs: readonly Int32Array[], length: number): number[] {
  return Array.from({ length }, (_, i) => inputs.reduce((sum, input) => sum + (input[i] ?? 0), 0))
}
