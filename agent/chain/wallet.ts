import {
  keccak256,
  type PublicClient,
  parseSignature,
  serializeTransaction,
  type TransactionReceipt,
  type Hex as ViemHex,
} from 'viem'
import { ChainError } from '../../protocol/errors.ts'
import type { Address, Hex } from '../../protocol/types.ts'
import { revertReason } from './revert.ts'

/** A transaction that has been built but not sent. */
export interface Call {
  to: Address
  data: Hex
}

/** Least tip that is offered, in wei; local chains want more than nothing. */
const PRIORITY_FEE = 1_000_000_000n
/** How long a transaction may take until it is in a block, in milliseconds. */
const RECEIPT_TIMEOUT = 60_000
/** Room above the estimate, in percent: state may change between estimate and execution. */
const GAS_MARGIN = 130n

/** Sends transactions of one key, one after the other, so that nonces neither clash nor leave gaps. */
export class Wallet {
  readonly address: Address
  readonly #client: PublicClient
  readonly #chainId: number
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
    this.address = init.address
    this.#sign = init.sign
  }

  /**
   * Sends a call and waits until it is in a block.
   *
   * @throws ChainError `CALL_REVERTED` with the contract's reason, before any gas is spent where that can be
   *   foreseen; `TRANSACTION_FAILED` when it could not be sent or did not get into a block in time; what `signal` was
   *   aborted with before it was sent
   */
  async send(call: Call, signal?: AbortSignal): Promise<TransactionReceipt> {
    const sending = this.#tail.then(() => this.#submit(call, signal))
    this.#tail = sending.catch(() => undefined)
    const hash = await sending
    const receipt = await this.#client
      .waitForTransactionReceipt({ hash, timeout: RECEIPT_TIMEOUT, pollingInterval: 50 })
      .catch((cause: unknown) => {
        throw failed('A transaction did not get into a block in time.', hash, cause)
      })
    if (receipt.status === 'success') return receipt
    throw new ChainError('CALL_REVERTED', 'A transaction was reverted.', {
      field: 'transaction',
      received: hash,
    })
  }

  async #submit({ to, data }: Call, signal: AbortSignal | undefined): Promise<Hex> {
    const estimate = await this.#client.estimateGas({ account: this.address, to, data }).catch((cause) => {
      throw new ChainError('CALL_REVERTED', 'The chain refuses a call.', {
        received: revertReason(cause),
        cause,
      })
    })
    signal?.throwIfAborted()
    try {
      const block = await this.#client.getBlock()
      this.#nonce ??= await this.#client.getTransactionCount({ address: this.address, blockTag: 'pending' })
      const serialized = this.#signed({
        to,
        data,
        nonce: this.#nonce,
        gas: (estimate * GAS_MARGIN) / 100n,
        maxFeePerGas: (block.baseFeePerGas ?? 0n) * 2n + PRIORITY_FEE,
        maxPriorityFeePerGas: PRIORITY_FEE,
      })
      const hash = await this.#client.sendRawTransaction({ serializedTransaction: serialized })
      this.#nonce += 1
      return hash
    } catch (cause) {
      // Whether the chain took the transaction is unknown now; it tells by the next count.
      this.#nonce = undefined
      throw failed('A transaction could not be sent.', revertReason(cause), cause)
    }
  }

  #signed(fields: {
    to: Address
    data: Hex
    nonce: number
    gas: bigint
    maxFeePerGas: bigint
    maxPriorityFeePerGas: bigint
  }): ViemHex {
    const transaction = { ...fields, chainId: this.#chainId, type: 'eip1559' as const }
    const signature = parseSignature(this.#sign(keccak256(serializeTransaction(transaction))))
    return serializeTransaction(transaction, signature)
  }
}

function failed(message: string, received: string, cause: unknown): ChainError {
  return new ChainError('TRANSACTION_FAILED', message, {
    received,
    remedy: 'Check that the chain answers and that the account has gas money.',
    cause,
  })
}
