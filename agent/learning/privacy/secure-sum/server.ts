import { x25519 } from '@noble/curves/ed25519.js'
import { RefusedError, WireError } from '../../../../protocol/errors.ts'
import type { Address, Hex } from '../../../../protocol/types.ts'
import * as check from './checks.ts'
import { areEqual } from './digest.ts'
import { addMask, pairwiseSeed, signOf } from './masks.ts'
import {
  type ForwardedShare,
  inOrder,
  type KeyAdvertisement,
  type MaskedInput,
  type OpenShare,
  type SecureSumMessage,
  type ShareBundle,
  type SurvivorsConfirmation,
  signedDigests,
  type Unmasking,
} from './messages.ts'
import { seedDigest } from './participant.ts'
import type { SecureSumSession } from './session.ts'
import { combineShares, SEALED_BYTES, SHARE_BYTES, shareDigest } from './shares.ts'

/** What came of a secure sum. */
export interface SecureSum {
  /** The sum of the survivors' inputs, value by value, exactly. */
  values: Int32Array
  /** Whose inputs are in it, in ascending order. */
  survivors: Address[]
}

/**
 * The server of a secure sum: it collects what participants send, hands it on, and takes the masks from the sum in the end. It can be
 * any of them, for it learns no more than the sum.
 *
 * For each of five steps there is a method that takes a message, which throws where the message is to be left out and the sum can go on
 * without it, and one that closes the step and returns what is to be sent to everybody who is left. A step closes once as many
 * as the threshold have answered; when to wait no longer is for the caller to say.
 *
 * Source: Bonawitz et al., "Practical secure aggregation for privacy-preserving machine learning" (CCS 2017), figure 4.
 *
 * @example
 * ```ts
 * const server = new SecureSumServer(session, verifyDigest)
 * for (const each of participants) server.addKeys(each.advertise())
 * const keys = server.closeKeys()
 * ```
 */
export class SecureSumServer {
  readonly #session: SecureSumSession
  readonly #verify: check.Verify
  #step: check.Step = 'keys'
  readonly #keys = new Map<Address, KeyAdvertisement>()
  readonly #bundles = new Map<Address, ShareBundle>()
  readonly #sum: Int32Array
  readonly #inputs = new Set<Address>()
  readonly #confirmations = new Map<Address, SurvivorsConfirmation>()
  readonly #unmaskings = new Map<Address, Unmasking>()

  /** @param verify `verifyDigest` of the protocol */
  constructor(session: SecureSumSession, verify: check.Verify) {
    this.#session = session
    this.#verify = verify
    this.#sum = new Int32Array(session.length)
  }

  /**
   * Step 1.
   *
   * @throws RefusedError `STEP_OUT_OF_ORDER`; SignatureError; WireError `LENGTH_WRONG`, `PARTICIPANT_UNKNOWN`,
   *   `PARTICIPANT_REPEATED`. So do all that take a message.
   */
  addKeys(message: KeyAdvertisement): void {
    this.#check('keys', message, this.#session.participants, this.#keys)
    check.checkLength('cipherKey', message.cipherKey, 32)
    check.checkLength('maskKey', message.maskKey, 32)
    this.#checkSignature(message, signedDigests.keys(this.#session, message))
    this.#keys.set(message.from, message)
  }

  /** @returns for everybody who advertised keys. @throws RefusedError `PARTICIPANTS_TOO_FEW`, `STEP_OUT_OF_ORDER` as all that close a step */
  closeKeys(): KeyAdvertisement[] {
    this.#close('keys', this.#keys.size)
    return [...this.#keys.values()]
  }

  /** Step 2. */
  addShares(message: ShareBundle): void {
    this.#check('shares', message, this.#keys.keys(), this.#bundles)
    check.checkLength('shares', message.shares, this.#keys.size)
    const receivers = message.shares.map(({ to }) => to)
    check.checkMembers('shares.to', receivers, this.#keys.keys())
    check.checkLength('seedDigest', message.seedDigest, 32)
    for (const { ciphertext, maskKeyDigest, selfMaskDigest } of message.shares) {
      check.checkLength('ciphertext', ciphertext, SEALED_BYTES)
      check.checkLength('maskKeyDigest', maskKeyDigest, 32)
      check.checkLength('selfMaskDigest', selfMaskDigest, 32)
    }
    this.#checkSignature(message, signedDigests.shares(this.#session, message))
    this.#bundles.set(message.from, message)
  }

  /** @returns for each who sent shares those that are for it */
  closeShares(): Map<Address, ForwardedShare[]> {
    this.#close('shares', this.#bundles.size)
    const bundles = [...this.#bundles.values()]
    return new Map(
      bundles.map(({ from: receiver }) => [
        receiver,
        bundles.flatMap(({ from, shares }) =>
          shares.filter(({ to }) => to === receiver).map((each) => ({ ...each, from })),
        ),
      ]),
    )
  }

  /** Step 3. */
  addInput(message: MaskedInput): void {
    this.#check('input', message, this.#bundles.keys(), this.#inputs)
    check.checkLength('values', message.values, this.#session.length)
    this.#checkSignature(message, signedDigests.input(this.#session, message))
    this.#inputs.add(message.from)
    // An Int32Array keeps the lowest 32 bits: this is the sum modulo 2^32.
    for (let i = 0; i < this.#sum.length; i++) this.#sum[i] = (this.#sum[i] ?? 0) + (message.values[i] ?? 0)
  }

  /** @returns the survivors, for each of them */
  closeInputs(): Address[] {
    this.#close('input', this.#inputs.size)
    return inOrder(this.#inputs)
  }

  /** Step 4. */
  addConfirmation(message: SurvivorsConfirmation): void {
    this.#check('survivors', message, this.#inputs, this.#confirmations)
    const digest = signedDigests.survivors(this.#session, message, inOrder(this.#inputs))
    this.#checkSignature(message, digest)
    this.#confirmations.set(message.from, message)
  }

  /** @returns for everybody who confirmed */
  closeConfirmations(): SurvivorsConfirmation[] {
    this.#close('survivors', this.#confirmations.size)
    return [...this.#confirmations.values()]
  }

  /** Step 5. @throws WireError `SHARE_TAMPERED` also, when a share is not the one that was handed out */
  addUnmasking(message: Unmasking): void {
    this.#check('unmasking', message, this.#confirmations.keys(), this.#unmaskings)
    const { survivors, dropped } = this.#fates()
    this.#checkShares(message, 'selfMaskShares', 'selfMaskDigest', survivors)
    this.#checkShares(message, 'maskKeyShares', 'maskKeyDigest', dropped)
    this.#checkSignature(message, signedDigests.unmasking(this.#session, message))
    this.#unmaskings.set(message.from, message)
  }

  /**
   * The sum, once as many as the threshold have answered the last step.
   *
   * @throws RefusedError `PARTICIPANTS_TOO_FEW`, `STEP_OUT_OF_ORDER`, `SHARES_INCONSISTENT` when somebody handed out shares of
   *   something else than it masked its input by, so that nobody can have the sum
   */
  async finish(): Promise<SecureSum> {
    this.#close('unmasking', this.#unmaskings.size)
    const { survivors, dropped } = this.#fates()
    const secrets = await Promise.all([
      ...survivors.map((of) => this.#secretOf(of, 'selfMaskShares')),
      ...dropped.map((of) => this.#secretOf(of, 'maskKeyShares')),
    ])
    const values = this.#sum.slice()
    for (const [i, secret] of secrets.entries()) {
      const own = dropped[i - survivors.length]
      if (own === undefined) addMask(secret, -1, values)
      else for (const other of survivors) this.#removePairwise(own, secret, other, values)
    }
    return { values, survivors }
  }

  /** Takes away what a survivor's mask with somebody who dropped out has left in the sum. */
  #removePairwise(dropped: Address, maskKey: Uint8Array, survivor: Address, values: Int32Array): void {
    const publicKey = this.#keys.get(survivor)?.maskKey ?? new Uint8Array(32)
    const seed = pairwiseSeed(this.#session, maskKey, dropped, publicKey, survivor)
    addMask(seed, -signOf(survivor, dropped), values)
  }

  async #secretOf(of: Address, kind: 'selfMaskShares' | 'maskKeyShares'): Promise<Uint8Array> {
    const shares = [...this.#unmaskings.values()].flatMap((message) =>
      message[kind].filter((each) => each.of === of),
    )
    const secret = await combineShares(shares.slice(0, this.#session.threshold).map(({ share }) => share))
    if (secret !== undefined && this.#isSecretOf(of, kind, secret)) return secret
    throw new RefusedError(
      'SHARES_INCONSISTENT',
      'Shares of a secret do not make the secret; nothing is revealed.',
      {
        field: `shares of ${of}`,
        expected: 'shares of one secret, that of the published key or hash',
        remedy: 'Begin the sum anew without this participant.',
      },
    )
  }

  #isSecretOf(of: Address, kind: 'selfMaskShares' | 'maskKeyShares', secret: Uint8Array): boolean {
    const [found, promised] =
      kind === 'selfMaskShares'
        ? [seedDigest(this.#session, of, secret), this.#bundles.get(of)?.seedDigest]
        : [x25519.getPublicKey(secret), this.#keys.get(of)?.maskKey]
    return promised !== undefined && areEqual(found, promised)
  }

  /** Of those who sent shares: whose inputs are in the sum, and whose are not. */
  #fates(): { survivors: Address[]; dropped: Address[] } {
    const dropped = [...this.#bundles.keys()].filter((each) => !this.#inputs.has(each))
    return { survivors: inOrder(this.#inputs), dropped: inOrder(dropped) }
  }

  #checkShares(
    message: Unmasking,
    kind: 'selfMaskShares' | 'maskKeyShares',
    digest: 'selfMaskDigest' | 'maskKeyDigest',
    expected: readonly Address[],
  ): void {
    const shares: OpenShare[] = message[kind]
    check.checkLength(kind, shares, expected.length)
    check.checkMembers(
      kind,
      shares.map(({ of }) => of),
      expected,
    )
    for (const { of, share } of shares) {
      check.checkLength(kind, share, SHARE_BYTES)
      const promised = this.#bundles.get(of)?.shares.find(({ to }) => to === message.from)
      const found = shareDigest(this.#session, of, message.from, share)
      if (promised !== undefined && areEqual(found, promised[digest])) continue
      throw new WireError('SHARE_TAMPERED', 'A share is not the one that was handed out.', {
        field: `${kind} of ${message.from}, of ${of}`,
      })
    }
  }

  #check(
    step: check.Step,
    { from }: SecureSumMessage,
    members: Iterable<Address>,
    known: { has(from: Address): boolean },
  ): void {
    check.checkStep(this.#step, step)
    check.checkMember(step, from, members)
    if (known.has(from)) throw check.repeatedError(step, from)
  }

  #checkSignature(message: SecureSumMessage, digest: Hex): void {
    check.checkSignature(message, digest, this.#verify)
  }

  #close(step: check.Step, count: number): void {
    check.checkStep(this.#step, step)
    check.checkThreshold(this.#session, step, count)
    this.#step = check.STEPS[check.STEPS.indexOf(step) + 1] ?? 'ended'
  }
}
