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
import { ChainError } from '../../../protocol/errors.ts'
import type { Hex } from '../../../protocol/types.ts'
import { ApiError } from '../problem.ts'
import { checkAgainst, type Due, PaymentRefused, requirementsOf } from './due.ts'
import type { Payment } from './payment.ts'

/** Most payments that are in hand at a time. */
const MAX_HELD = 64
/** Most transactions that are remembered because they were not seen in a block in time. */
const MAX_UNSEEN = 1_000
/** Milliseconds until a payment has to be in a block, and between two looks. */
const SETTLE_TIMEOUT = 30_000
const LOOK_INTERVAL = 50

const TRANSFER = {
  TransferWithAuthorization: [
    { name: 'from', type: 'address' },
    { name: 'to', type: 'address' },
    { name: 'value', type: 'uint256' },
    { name: 'validAfter', type: 'uint256' },
    { name: 'validBefore', type: 'uint256' },
    { name: 'nonce', type: 'bytes32' },
  ],
} as const

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
  readonly #held = new Set<string>()
  /** Who sends such a payment again goes on with the transaction that was sent, and is not asked to pay anew. */
  readonly #unseen = new Map<string, Hex>()

  constructor(init: FacilitatorInit) {
    this.#init = init
  }

  /**
   * Takes a payment in hand, so that it serves one request of those that come with it at the same time.
   *
   * @returns gives it back
   * @throws PaymentRefused; ApiError 503 `PAYMENTS_FULL`
   */
  hold(payment: Payment): Disposable {
    const key = keyOf(payment)
    if (this.#held.has(key)) throw used(payment)
    if (this.#held.size >= MAX_HELD) throw full()
    this.#held.add(key)
    return { [Symbol.dispose]: () => void this.#held.delete(key) }
  }

  /** Makes sure that a payment would be taken. @throws PaymentRefused; ChainError `CHAIN_UNREACHABLE` */
  async verify(payment: Payment, due: Due): Promise<void> {
    checkAgainst(due, payment, BigInt(Math.floor(Date.now() / 1000)))
    await checkSignature(payment, due)
    if (this.#unseen.has(keyOf(payment))) return
    const { from, nonce, value } = payment.payload.authorization
    const token = { address: due.token, abi: testDollarAbi }
    const { client } = this.#init
    const [isUsed, balance] = await answered(
      Promise.all([
        client.readContract({ ...token, functionName: 'authorizationState', args: [from, nonce] }),
        client.readContract({ ...token, functionName: 'balanceOf', args: [from] }),
      ]),
    )
    if (isUsed) throw used(payment)
    if (balance >= value) return
    throw new PaymentRefused('invalid_exact_evm_insufficient_balance', {
      field: `balance of ${from}`,
      expected: `at least ${value}`,
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
    const transaction = this.#unseen.get(key) ?? (await this.#send(payment, due))
    this.#remember(key, transaction)
    const { status } = await this.#receipt(transaction)
    this.#unseen.delete(key)
    if (status !== 'success') throw failed(`reverted in ${transaction}`)
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

  #remember(key: string, transaction: Hex): void {
    const [oldest] = this.#unseen.keys()
    if (oldest !== undefined && this.#unseen.size >= MAX_UNSEEN) this.#unseen.delete(oldest)
    this.#unseen.set(key, transaction)
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
  const typed = { types: TRANSFER, primaryType: 'TransferWithAuthorization', message: authorization } as const
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
