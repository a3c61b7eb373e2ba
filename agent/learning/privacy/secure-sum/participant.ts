import { x25519 } from '@noble/curves/ed25519.js'
import { ConfigError } from '../../../../protocol/errors.ts'
import type { Address } from '../../../../protocol/types.ts'
import { type RandomSource, randomBytes } from '../random-source.ts'
import * as check from './checks.ts'
import { digestOf } from './digest.ts'
import { addMask, agreedSecret, pairwiseSeed, signOf } from './masks.ts'
import {
  type ForwardedShare,
  inOrder,
  type KeyAdvertisement,
  type MaskedInput,
  type OpenShare,
  type ShareBundle,
  type SurvivorsConfirmation,
  signedDigests,
  type Unmasking,
} from './messages.ts'
import type { SecureSumSession } from './session.ts'
import { openShare, SEALED_BYTES, type Seal, type SharePair, sealShare, splitSecrets } from './shares.ts'

/** Who takes part in a secure sum, and by what means. */
export interface SecureSumParticipantInit {
  session: SecureSumSession
  /** Own address, one of the session's participants. */
  address: Address
  /** Cryptographic: `(count) => crypto.getRandomValues(new Uint8Array(count))`. */
  random: RandomSource
  /** With the key of that address. */
  sign: check.Sign
  /** `verifyDigest` of the protocol. */
  verify: check.Verify
}

/**
 * One participant of a secure sum: of everybody's integers a server learns the sum of those who stay to the end, and nothing
 * else, as long as fewer than the threshold, or of a lying server's conspirators fewer than 2 · threshold - n, tell it theirs.
 *
 * Five messages in a sequence, each an answer to what the server collected: `advertise`, `shareKeys`, `mask`, `confirm`, `unmask`.
 * Each is made once. Whatever was not as it should be ends the participant: it answers nothing more, which to the others is a
 * drop-out. Nothing outlives it, so who crashes has dropped out, too.
 *
 * Source: Bonawitz et al., "Practical secure aggregation for privacy-preserving machine learning" (CCS 2017), figure 4, with
 * the parts against active adversaries. Two things are added: shares are committed to by their hashes, so that whoever changes one is named;
 * and so is the seed of the self-mask.
 *
 * @throws ConfigError `OPTION_INVALID` when the own address is none of the session's, `RANDOM_SHORT`
 *
 * @example
 * ```ts
 * const own = new SecureSumParticipant({ session, address, random, sign, verify: verifyDigest })
 * send(own.advertise())
 * send(await own.shareKeys(await received()))
 * send(own.mask(await received(), update))
 * send(own.confirm(await received()))
 * send(own.unmask(await received()))
 * ```
 */
export class SecureSumParticipant {
  readonly #init: SecureSumParticipantInit
  readonly #cipherKey: Uint8Array
  readonly #maskKey: Uint8Array
  readonly #seed: Uint8Array
  #step: check.Step = 'keys'
  /** Of those who advertised keys; what cipher keys agree on; of those who sent shares; those whose inputs arrived. */
  #keys = new Map<Address, KeyAdvertisement>()
  readonly #secrets = new Map<Address, Uint8Array>()
  readonly #shares = new Map<Address, SharePair>()
  #survivors: Address[] = []

  constructor(init: SecureSumParticipantInit) {
    this.#init = init
    if (!init.session.participants.includes(init.address)) {
      throw new ConfigError('OPTION_INVALID', 'Who is not asked cannot take part in a secure sum.', {
        field: 'address',
        expected: 'one of the participants, written as in the terms',
        received: init.address,
        remedy: 'Take part with the address that is in the terms.',
      })
    }
    this.#cipherKey = randomBytes(init.random, 32)
    this.#maskKey = randomBytes(init.random, 32)
    this.#seed = randomBytes(init.random, 32)
  }

  /** Own address. */
  get address(): Address {
    return this.#init.address
  }

  /** Step 1: two public keys. @throws RefusedError `STEP_OUT_OF_ORDER` */
  advertise(): KeyAdvertisement {
    this.#enter('keys')
    const { address, session, sign } = this.#init
    const message = {
      from: address,
      cipherKey: x25519.getPublicKey(this.#cipherKey),
      maskKey: x25519.getPublicKey(this.#maskKey),
    }
    this.#step = 'shares'
    return { ...message, signature: sign(signedDigests.keys(session, message)) }
  }

  /**
   * Step 2: shares of the own secrets, for everybody who advertised keys.
   *
   * @param advertisements all that the server has, the own one among them
   * @throws RefusedError `PARTICIPANTS_TOO_FEW`, `STEP_OUT_OF_ORDER`; WireError, SignatureError for what is not in order
   */
  async shareKeys(advertisements: readonly KeyAdvertisement[]): Promise<ShareBundle> {
    this.#enter('shares')
    const { address, session, sign } = this.#init
    this.#keys = this.#checkKeys(advertisements)
    const secrets = { maskKey: this.#maskKey, selfMask: this.#seed }
    const pairs = await splitSecrets(secrets, advertisements.length, session.threshold)
    const shares = advertisements.flatMap(({ from: to }, i) => {
      const pair = pairs[i]
      return pair === undefined ? [] : [sealShare(this.#sealOf(address, to), pair)]
    })
    const message = { from: address, seedDigest: seedDigest(session, address, this.#seed), shares }
    this.#step = 'input'
    return { ...message, signature: sign(signedDigests.shares(session, message)) }
  }

  /**
   * Step 3: the own input, under a mask with each of those who sent shares and one of its own.
   *
   * @param forwarded the shares for oneself, of everybody who sent some, oneself included
   * @param input whole numbers, as many as the session says, of an absolute value up to its bound
   * @throws ConfigError `INPUT_OUT_OF_BOUNDS`; RefusedError `PARTICIPANTS_TOO_FEW`, `STEP_OUT_OF_ORDER`; WireError
   *   `SHARE_TAMPERED`, `PARTICIPANT_UNKNOWN`, `PARTICIPANT_REPEATED`, `LENGTH_WRONG`
   */
  mask(forwarded: readonly ForwardedShare[], input: Int32Array): MaskedInput {
    checkInput(this.#init.session, input)
    this.#enter('input')
    const { address, session, sign } = this.#init
    const senders = forwarded.map(({ from }) => from)
    check.checkMembers('shares', senders, this.#keys.keys())
    check.checkMember('shares', address, senders)
    check.checkThreshold(session, 'shares', senders.length)
    for (const sealed of forwarded) this.#shares.set(sealed.from, this.#open(sealed))
    const values = input.slice()
    addMask(this.#seed, 1, values)
    for (const other of senders) {
      const maskKey = this.#keys.get(other)?.maskKey
      if (other === address || maskKey === undefined) continue
      addMask(pairwiseSeed(session, this.#maskKey, address, maskKey, other), signOf(address, other), values)
    }
    const message = { from: address, values }
    this.#step = 'survivors'
    return { ...message, signature: sign(signedDigests.input(session, message)) }
  }

  /**
   * Step 4: a signature of the list of those whose inputs arrived. It is given once, so a server cannot have the mask of somebody
   * unmade as one who dropped out, and the self-mask as one who stayed.
   *
   * @param survivors as the server says, oneself among them
   * @throws RefusedError `PARTICIPANTS_TOO_FEW`, `STEP_OUT_OF_ORDER`; WireError `PARTICIPANT_UNKNOWN`, `PARTICIPANT_REPEATED`
   */
  confirm(survivors: readonly Address[]): SurvivorsConfirmation {
    this.#enter('survivors')
    const { address, session, sign } = this.#init
    check.checkMembers('survivors', survivors, this.#shares.keys())
    check.checkMember('survivors', address, survivors)
    check.checkThreshold(session, 'survivors', survivors.length)
    this.#survivors = inOrder(survivors)
    const message = { from: address }
    this.#step = 'unmasking'
    return { ...message, signature: sign(signedDigests.survivors(session, message, this.#survivors)) }
  }

  /**
   * Step 5: of each survivor the share of its self-mask, of each who dropped out that of its key; never both.
   *
   * @param confirmations of at least as many as the threshold, all of the list that was confirmed here
   * @throws RefusedError `PARTICIPANTS_TOO_FEW`, `STEP_OUT_OF_ORDER`; SignatureError when somebody was told of others; WireError
   *   `PARTICIPANT_UNKNOWN`, `PARTICIPANT_REPEATED`
   */
  unmask(confirmations: readonly SurvivorsConfirmation[]): Unmasking {
    this.#enter('unmasking')
    const { address, session, sign, verify } = this.#init
    const senders = confirmations.map(({ from }) => from)
    check.checkMembers('confirmations', senders, this.#survivors)
    check.checkThreshold(session, 'confirmations', senders.length)
    for (const each of confirmations) {
      check.checkSignature(each, signedDigests.survivors(session, each, this.#survivors), verify)
    }
    const maskKeyShares: OpenShare[] = []
    const selfMaskShares: OpenShare[] = []
    for (const [of, { maskKey, selfMask }] of this.#shares) {
      if (this.#survivors.includes(of)) selfMaskShares.push({ of, share: selfMask })
      else maskKeyShares.push({ of, share: maskKey })
    }
    const message = { from: address, maskKeyShares, selfMaskShares }
    return { ...message, signature: sign(signedDigests.unmasking(session, message)) }
  }

  /** Until a step has succeeded no other is possible, nor the same again. */
  #enter(step: check.Step): void {
    check.checkStep(this.#step, step)
    this.#step = 'ended'
  }

  #checkKeys(advertisements: readonly KeyAdvertisement[]): Map<Address, KeyAdvertisement> {
    const { address, session, verify } = this.#init
    const senders = advertisements.map(({ from }) => from)
    check.checkMembers('keys', senders, session.participants)
    check.checkMember('keys', address, senders)
    check.checkThreshold(session, 'keys', senders.length)
    for (const each of advertisements) {
      check.checkSignature(each, signedDigests.keys(session, each), verify)
    }
    return new Map(advertisements.map((each) => [each.from, each]))
  }

  /** What seals shares between oneself and another, or oneself. */
  #sealOf(from: Address, to: Address): Seal {
    const { session, address } = this.#init
    const other = from === address ? to : from
    const publicKey = this.#keys.get(other)?.cipherKey ?? new Uint8Array(0)
    const secret = this.#secrets.get(other) ?? agreedSecret(this.#cipherKey, publicKey, other)
    this.#secrets.set(other, secret)
    return { session, from, to, secret }
  }

  #open(sealed: ForwardedShare): SharePair {
    const { from, to } = sealed
    check.checkLength(`share of ${from}`, sealed.ciphertext, SEALED_BYTES)
    check.checkMember(`share of ${from}`, to, [this.#init.address])
    return openShare(this.#sealOf(from, to), sealed)
  }
}

/** Hash by which the seed of a self-mask is known again. */
export function seedDigest(session: SecureSumSession, of: Address, seed: Uint8Array): Uint8Array {
  return digestOf('self-mask', session.digest, of, seed)
}

function checkInput({ length, bound }: SecureSumSession, input: Int32Array): void {
  const fault = (field: string, expected: string, received: unknown) =>
    new ConfigError('INPUT_OUT_OF_BOUNDS', 'The input of a secure sum is not as was agreed.', {
      field,
      expected,
      received,
      remedy: 'Clip the input to the bound of the terms; nothing was sent, so this step can be done again.',
    })
  // Masks vanish, and hide, modulo 2^32 alone.
  if (!(input instanceof Int32Array)) throw fault('input', 'an Int32Array', typeof input)
  if (input.length !== length) throw fault('input', `${length} values`, input.length)
  const place = input.findIndex((value) => Math.abs(value) > bound)
  if (place >= 0) throw fault(`input[${place}]`, `from ${-bound} to ${bound}`, input[place])
}
