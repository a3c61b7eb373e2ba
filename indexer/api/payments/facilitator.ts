import { setTimeout as sleep } from 'node:timers/promises'
import type { SettleResponse } from '@x402/core/types'
import {
  encodeFunctionData,
  type PublicClient,
  parseSignature,
  recoverTypedDataAddress,
  type TransactionReceipt,
  TransactionReceiptNotFoundError,
} from 'viem'
import { type Account, chainFault } from '../../../agent/index.ts'
import { testDollarAbi } from '../../../protocol/abis/index.ts'
import { TRANSFER_TYPES } from '../../../protocol/authorization.ts'
import { ChainError } from '../../../protocol/errors.ts'
import type { Hex } from '../../../protocol/types.ts'
import { ApiError } from '../problem.ts'
import { checkAgainst, type Due, PaymentRefused, requirementsOf } from './due.ts'
import type { Payment } from './payment.ts'

/** Most payments that are in hand at a time. */
const MAX_HELD = 64
/** Most payments that are remembered because their client has not been answered. */
const MAX_SENT = 1_000
/** Milliseconds until a payment has to be in a block, and between two looks. */
const SETTLE_TIMEOUT = 30_000
const LOOK_INTERVAL = 50

/** A payment that is being made, and for which its client has got nothing yet. */
interface Sent {
  payment: Payment
  transaction: Promise<Hex>
  /** Whether it is in a block. */
  isSeen: boolean
}

interface FacilitatorInit {
  client: PublicClient
  /** Sends what settles, and pays its gas. */
  account: Pick<Account, 'submit'>
}

/**
 * Verifies and settles payments in this process, with an account of ours for the gas: the scheme `exact` of x402 by EIP-3009.
 * A signature is checked before the chain is asked anything, and the token itself checks all once more before it moves a unit.
 *
 * See https://github.com/coinbase/x402/blob/main/specs/schemes/exact/scheme_exact_evm.md
 */
export class Facilitator {
  readonly #init: FacilitatorInit
  readonly #held = new Map<string, Payment>()
  /** Who sends such a payment again goes on with the transaction that was sent, and is not asked to pay anew. */
  readonly #sent = new Map<string, Sent>()

  constructor(init: FacilitatorInit) {
    this.#init = init
  }

  /** Compares a payment with what is due, and with its signature. @throws PaymentRefused */
  async check(payment: Payment, due: Due): Promise<void> {
    checkAgainst(due, payment, BigInt(Math.floor(Date.now() / 1000)))
    await checkSignature(payment, due)
  }

  /**
   * Takes a payment in hand whose signature was checked, so that it serves one request of those that come with it at the same time.
   *
   * @returns gives it back
   * @throws PaymentRefused; ApiError 503 `PAYMENTS_FULL`
   */
  hold(payment: Payment): Disposable {
    const key = keyOf(payment)
    if (this.#held.has(key)) throw used(payment)
    if (this.#held.size >= MAX_HELD) throw full()
    this.#held.set(key, payment)
    return { [Symbol.dispose]: () => void this.#held.delete(key) }
  }

  /** Makes sure that the token would carry out a payment in hand. @throws PaymentRefused; ChainError `CHAIN_UNREACHABLE` */
  async verify(payment: Payment, due: Due): Promise<void> {
    if (this.#sent.has(keyOf(payment))) return
    const { from, nonce } = payment.payload.authorization
    const needed = this.#owedBy(from)
    const token = { address: due.token, abi: testDollarAbi }
    const { client } = this.#init
    const [isUsed, balance] = await answered(
      Promise.all([
        client.readContract({ ...token, functionName: 'authorizationState', args: [from, nonce] }),
        client.readContract({ ...token, functionName: 'balanceOf', args: [from] }),
      ]),
    )
    if (isUsed) throw used(payment)
    if (balance >= needed) return
    throw new PaymentRefused('invalid_exact_evm_insufficient_balance', {
      field: `balance of ${from}`,
      expected: `at least ${needed}`,
      received: balance,
    })
  }

  /**
   * Has a payment made, and waits until it is in a block.
   *
   * @throws PaymentRefused; ChainError `CHAIN_UNREACHABLE` or `INSUFFICIENT_FUNDS`; ApiError 504 `PAYMENT_PENDING` when it takes
   *   too long: the same payment sent again goes on from there
   */
  async settle(payment: Payment, due: Due): Promise<SettleResponse> {
    const key = keyOf(payment)
    const sent = this.#sent.get(key) ?? this.#begin(key, payment, due)
    const transaction = await sent.transaction
    const { status } = await this.#receipt(transaction)
    sent.isSeen = true
    if (status !== 'success') {
      this.#sent.delete(key)
      throw failed(`reverted in ${transaction}`)
    }
    const { from: payer, value } = payment.payload.authorization
    return { success: true, transaction, network: requirementsOf(due).network, payer, amount: String(value) }
  }

  async #send({ payload }: Payment, { token }: Due): Promise<Hex> {
    const { from, to, value, validAfter, validBefore, nonce } = payload.authorization
    const { r, s, yParity } = parseSignature(payload.signature)
    const data = encodeFunctionData({
      abi: testDollarAbi,
      functionName: 'transferWithAuthorization',
      args: [from, to, value, validAfter, validBefore, nonce, 27 + yParity, r, s],
    })
    try {
      return await this.#init.account.submit({ to: token, data })
    } catch (error) {
      if (error instanceof ChainError && error.code === 'CALL_REVERTED') throw failed(String(error.received))
      throw error
    }
  }

  /** Forgets a payment for which its client was answered: it serves no other request. */
  forget(payment: Payment): void {
    const key = keyOf(payment)
    if (this.#sent.get(key)?.isSeen) this.#sent.delete(key)
  }

  /** In the turn in which it is found that there is none: the same payment that comes meanwhile waits for the same transaction. */
  #begin(key: string, payment: Payment, due: Due): Sent {
    const [oldest] = this.#sent.keys()
    if (oldest !== undefined && this.#sent.size >= MAX_SENT) this.#sent.delete(oldest)
    const sent = { payment, transaction: this.#send(payment, due), isSeen: false }
    this.#sent.set(key, sent)
    sent.transaction.catch(() => this.#sent.delete(key))
    return sent
  }

  /** What a payer has promised that comes out of the balance still: what that does not pay for is reverted, at our cost of gas. */
  #owedBy(payer: Hex): bigint {
    const sent = [...this.#sent.values()].filter(({ isSeen }) => !isSeen).map(({ payment }) => payment)
    const owed = new Map([...this.#held.values(), ...sent].map((payment) => [keyOf(payment), payment]))
    return [...owed.values()]
      .map(({ payload }) => payload.authorization)
      .reduce((sum, { from, value }) => (from === payer ? sum + value : sum), 0n)
  }

  async #receipt(hash: Hex): Promise<TransactionReceipt> {
    const deadline = performance.now() + SETTLE_TIMEOUT
    while (performance.now() < deadline) {
      try {
        return await this.#init.client.getTransactionReceipt({ hash })
      } catch (error) {
        if (!(error instanceof TransactionReceiptNotFoundError) && chainFault(error) === undefined)
          throw error
      }
      await sleep(LOOK_INTERVAL)
    }
    throw new ApiError(504, 'PAYMENT_PENDING', 'A payment was sent, and is not in a block yet.', {
      field: 'transaction',
      received: hash,
      remedy: 'Send the request again with the same payment: it is not paid twice.',
    })
  }
}

async function checkSignature({ payload }: Payment, { token, domain, chainId }: Due): Promise<void> {
  const { signature, authorization } = payload
  const typed = { ...TRANSFER_TYPES, message: authorization }
  const separated = { ...domain, chainId, verifyingContract: token }
  const signer = await recoverTypedDataAddress({ ...typed, domain: separated, signature }).catch(
    () => 'nobody',
  )
  if (signer.toLowerCase() === authorization.from) return
  const details = { field: 'payload.signature', expected: authorization.from, received: signer }
  throw new PaymentRefused('invalid_exact_evm_signature', details)
}

/** @throws ChainError `CHAIN_UNREACHABLE`; whatever else goes wrong */
function answered<T>(reading: Promise<T>): Promise<T> {
  return reading.catch((error: unknown) => {
    throw chainFault(error) ?? error
  })
}

function keyOf({ payload }: Payment): string {
  return `${payload.authorization.from} ${payload.authorization.nonce}`
}

function used({ payload }: Payment): PaymentRefused {
  return new PaymentRefused('invalid_exact_evm_nonce_already_used', {
    field: 'authorization.nonce',
    expected: 'one that was not used',
    received: payload.authorization.nonce,
  })
}

function failed(received: string): PaymentRefused {
  const details = { field: 'payload', expected: 'a transfer that the token carries out', received }
  return new PaymentRefused('invalid_exact_evm_transaction_failed', details)
}

function full(): ApiError {
  return new ApiError(503, 'PAYMENTS_FULL', 'Too many payments are in hand.', {
    expected: `at most ${MAX_HELD}`,
    remedy: 'Send it again in some seconds; nothing was paid.',
  })
}
