import {
  keccak256,
  type PublicClient,
  parseSignature,
  serializeTransaction,
  TransactionNotFoundError,
  type TransactionReceipt,
  type Hex as ViemHex,
} from 'viem'
import { LOCAL_CHAIN_ID } from '../../protocol/deployment.ts'
import { ChainError } from '../../protocol/errors.ts'
import type { Address, Hex } from '../../protocol/types.ts'
import type { Call } from './call.ts'
import { chainFault, isNumberTaken } from './fault.ts'
import { remedyFor, revertReason } from './revert.ts'

/** Tip that is offered where the chain suggests none, in wei. */
const PRIORITY_FEE = 1_000_000_000n
/** How often a chain is asked for a receipt, in milliseconds: a local one mines at once, others limit those who ask. */
const POLLING = { local: 50, other: 1_000 }
/** How long a transaction may take until it is in a block, in milliseconds. */
const RECEIPT_TIMEOUT = 60_000
/** Room above the estimate, in percent: state may change between estimate and execution. */
const GAS_MARGIN = 130n

/** How often a transaction is sent whose number others take. */
const MAX_ATTEMPTS = 3

interface Unsigned extends Call {
  nonce: number
  gas: bigint
  maxFeePerGas: bigint
  maxPriorityFeePerGas: bigint
}

/** Sends transactions of one key, one after the other, so that nonces neither clash nor leave gaps. */
export class Wallet {
  readonly address: Address
  readonly #client: PublicClient
  readonly #chainId: number
  readonly #pollingInterval: number
  readonly #sign: (digest: Hex) => Hex
  #tail: Promise<unknown> = Promise.resolve()
  #nonce: number | undefined

  constructor(init: {
    client: PublicClient
    chainId: number
    address: Address
    sign: (digest: Hex) => Hex
  }) {
    this.#client = init.client
    this.#chainId = init.chainId
    this.#pollingInterval = init.chainId === LOCAL_CHAIN_ID ? POLLING.local : POLLING.other
    this.address = init.address
    this.#sign = init.sign
  }

  /**
   * Sends a call and waits until it is in a block.
   *
   * @param allow is told, before it is sent, what it may cost at most, in wei; it is not sent when that rejects
   * @throws ChainError `CALL_REVERTED` with the contract's reason, before any gas is spent where that can be
   *   foreseen; `INSUFFICIENT_FUNDS` without gas money; `CHAIN_UNREACHABLE`; `CHAIN_WRONG`; `TRANSACTION_FAILED` when it
   *   could not be sent for another reason, or did not get into a block in time; what `signal` was aborted with before it
   *   was sent, or `allow` rejects with
   */
  async send(
    call: Call,
    signal?: AbortSignal,
    allow?: (most: bigint) => Promise<void>,
  ): Promise<TransactionReceipt> {
    const hash = await this.submit(call, signal, allow)
    const receipt = await this.#client
      .waitForTransactionReceipt({ hash, timeout: RECEIPT_TIMEOUT, pollingInterval: this.#pollingInterval })
      .catch(() => {
        // It may have been dropped, as by a reorganisation, and the number that follows would wait for it for ever.
        this.#nonce = undefined
        throw failed('A transaction did not get into a block in time.', hash)
      })
    if (receipt.status === 'success') return receipt
    throw new ChainError('CALL_REVERTED', 'A transaction was reverted.', {
      field: 'transaction',
      received: hash,
      remedy:
        'Somebody else changed what it depends on in the same block: look at the present state, and try again.',
    })
  }

  /** As {@link send}, without waiting for the block. @returns the transaction's hash */
  submit(call: Call, signal?: AbortSignal, allow?: (most: bigint) => Promise<void>): Promise<Hex> {
    const sending = this.#tail.then(() => this.#submit(call, signal, allow))
    this.#tail = sending.catch(() => undefined)
    return sending
  }

  async #submit(
    { to, data }: Call,
    signal: AbortSignal | undefined,
    allow: ((most: bigint) => Promise<void>) | undefined,
  ): Promise<Hex> {
    const fields = await this.#priced({ to, data })
    await allow?.(fields.gas * fields.maxFeePerGas)
    signal?.throwIfAborted()
    try {
      return await this.#place(fields)
    } catch (cause) {
      // Whether the chain took the transaction is unknown now; it tells by the next count.
      this.#nonce = undefined
      throw this.#unsent(cause)
    }
  }

  async #priced({ to, data }: Call): Promise<Omit<Unsigned, 'nonce'>> {
    const estimate = await this.#client.estimateGas({ account: this.address, to, data }).catch((cause) => {
      const reason = revertReason(cause)
      const details = { field: 'call', expected: 'to succeed', received: reason, remedy: remedyFor(reason) }
      throw (
        chainFault(cause, this.address) ??
        new ChainError('CALL_REVERTED', 'The chain refuses a call.', details)
      )
    })
    const [{ baseFeePerGas }, tip] = await Promise.all([this.#client.getBlock(), this.#tip()]).catch(
      (cause) => {
        throw this.#unsent(cause)
      },
    )
    return {
      to,
      data,
      gas: (estimate * GAS_MARGIN) / 100n,
      maxFeePerGas: (baseFeePerGas ?? 0n) * 2n + tip,
      maxPriorityFeePerGas: tip,
    }
  }

  /** What the chain suggests: on a rollup a thousandth of what is usual elsewhere, and a tip is paid in full. */
  async #tip(): Promise<bigint> {
    try {
      return BigInt(await this.#client.request({ method: 'eth_maxPriorityFeePerGas' }))
    } catch {
      return PRIORITY_FEE
    }
  }

  #unsent(cause: unknown): ChainError {
    return chainFault(cause, this.address) ?? failed('A transaction could not be sent.', revertReason(cause))
  }

  /** Sends a transaction with the next number, and again with a later one where somebody else with this key took it. */
  async #place(fields: Omit<Unsigned, 'nonce'>): Promise<Hex> {
    for (let left = MAX_ATTEMPTS; ; left--) {
      const nonce =
        this.#nonce ??
        (await this.#client.getTransactionCount({ address: this.address, blockTag: 'pending' }))
      const serializedTransaction = this.#signed({ ...fields, nonce })
      this.#nonce = nonce + 1
      try {
        return await this.#client.sendRawTransaction({ serializedTransaction })
      } catch (cause) {
        if (!isNumberTaken(cause)) throw cause
        // One that was passed on twice has its number itself, and with another one would pay twice.
        const hash = keccak256(serializedTransaction)
        if (await this.#isTaken(hash)) return hash
        this.#nonce = undefined
        if (left === 1) throw cause
      }
    }
  }

  /** Whether the chain has a transaction, in a block or waiting for one. */
  async #isTaken(hash: Hex): Promise<boolean> {
    try {
      await this.#client.getTransaction({ hash })
      return true
    } catch (error) {
      if (error instanceof TransactionNotFoundError) return false
      throw error
    }
  }

  #signed(fields: Unsigned): ViemHex {
    const transaction = { ...fields, chainId: this.#chainId, type: 'eip1559' as const }
    const signature = parseSignature(this.#sign(keccak256(serializeTransaction(transaction))))
    return serializeTransaction(transaction, signature)
  }
}

function failed(message: string, received: string): ChainError {
  return new ChainError('TRANSACTION_FAILED', message, {
    received,
    remedy: 'Check that the chain answers and that the account has gas money.',
  })
}
