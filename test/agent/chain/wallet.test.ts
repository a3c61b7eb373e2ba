import { expect } from 'chai'
import {
  createPublicClient,
  custom,
  encodeErrorResult,
  type Hex,
  keccak256,
  parseTransaction,
  RpcRequestError,
  recoverTransactionAddress,
  type TransactionSerialized,
  toHex,
  zeroAddress,
  zeroHash,
} from 'viem'
import { Wallet } from '../../../agent/chain/wallet.ts'
import { intentEscrowAbi } from '../../../protocol/abis/index.ts'
import { ChainError } from '../../../protocol/errors.ts'
import { alice } from '../support/intents.ts'

const CHAIN_ID = 31337

/** A node that takes every transaction into a block of its own at once, unless it is told not to. */
class Node {
  readonly taken: { raw: TransactionSerialized; hash: Hex }[] = []
  /** Answers to the next calls of a method, in place of the node's own. */
  readonly failures = new Map<string, Error[]>()
  receiptStatus: Hex = '0x1'
  /** What it suggests as a tip, in wei; undefined: it does not know the method. */
  tip: bigint | undefined
  /** Transactions of the account that were sent by somebody else. */
  foreign = 0

  readonly client = createPublicClient({
    transport: custom({ request: ({ method, params }) => this.#answer(method, params) }, { retryCount: 0 }),
    cacheTime: 0,
  })

  failOnce(method: string, error: Error): void {
    this.failures.set(method, [...(this.failures.get(method) ?? []), error])
  }

  async #answer(method: string, params: readonly unknown[]): Promise<unknown> {
    const failure = this.failures.get(method)?.shift()
    if (failure !== undefined) throw failure
    const number = toHex(this.taken.length + 1)
    switch (method) {
      case 'eth_maxPriorityFeePerGas':
        if (this.tip === undefined) throw new Error('the method does not exist')
        return toHex(this.tip)
      case 'eth_estimateGas':
        return toHex(50_000)
      case 'eth_blockNumber':
        return number
      case 'eth_getBlockByNumber':
        return {
          number,
          hash: zeroHash,
          timestamp: '0x1',
          baseFeePerGas: toHex(1_000_000_000),
          transactions: [],
        }
      case 'eth_getTransactionCount':
        return toHex(this.taken.length + this.foreign)
      case 'eth_sendRawTransaction': {
        const raw = params[0] as TransactionSerialized
        const hash = keccak256(raw)
        this.taken.push({ raw, hash })
        return hash
      }
      case 'eth_getTransactionReceipt':
        return {
          transactionHash: params[0],
          blockNumber: number,
          blockHash: zeroHash,
          status: this.receiptStatus,
          gasUsed: toHex(21_000),
          logs: [],
          type: '0x2',
        }
      case 'eth_getTransactionByHash':
        return { hash: params[0], blockNumber: number, nonce: '0x0', type: '0x2' }
      default:
        throw new Error(`the test's node does not know ${method}`)
    }
  }

  /** Nonces of the transactions that were taken, in their order. */
  get nonces(): (number | undefined)[] {
    return this.taken.map(({ raw }) => parseTransaction(raw).nonce ?? 0)
  }
}

function rpcError(message: string, data?: Hex): Error {
  return new RpcRequestError({ body: {}, url: 'http://127.0.0.1', error: { code: 3, message, data } })
}

describe('Wallet', () => {
  const call = { to: zeroAddress, data: '0x1234' } as const
  let node: Node
  let wallet: Wallet

  beforeEach(() => {
    node = new Node()
    wallet = new Wallet({ client: node.client, chainId: CHAIN_ID, address: alice.address, sign: alice.sign })
  })

  async function refusal(sending: Promise<unknown>): Promise<ChainError> {
    const error = await sending.catch((reason: unknown) => reason)
    if (error instanceof ChainError) return error
    throw new Error(`expected a ChainError, got ${error}`)
  }

  it('signs for its chain, with the key of its address, what it was given', async () => {
    const receipt = await wallet.send(call)
    const [sent] = node.taken
    if (sent === undefined) throw new Error('nothing was sent')
    expect(receipt.transactionHash).to.equal(sent.hash)
    expect(await recoverTransactionAddress({ serializedTransaction: sent.raw })).to.equal(alice.address)
    const transaction = parseTransaction(sent.raw)
    expect(transaction).to.include({ to: call.to, data: call.data, chainId: CHAIN_ID })
    expect(transaction.gas, 'room above the estimate').to.equal(65_000n)
  })

  it('offers the tip that the chain suggests, and a gwei where it suggests none', async () => {
    await wallet.send(call)
    node.tip = 1_000n
    await wallet.send(call)
    const fees = node.taken.map(({ raw }) => {
      const { maxFeePerGas, maxPriorityFeePerGas } = parseTransaction(raw)
      return { maxFeePerGas, maxPriorityFeePerGas }
    })
    // With twice the base fee of one gwei.
    expect(fees).to.deep.equal([
      { maxFeePerGas: 3_000_000_000n, maxPriorityFeePerGas: 1_000_000_000n },
      { maxFeePerGas: 2_000_001_000n, maxPriorityFeePerGas: 1_000n },
    ])
  })

  it('numbers transactions that are sent at once without clash or gap', async () => {
    await Promise.all(Array.from({ length: 6 }, () => wallet.send(call)))
    expect(node.nonces).to.deep.equal([0, 1, 2, 3, 4, 5])
  })

  it('names the custom error of a call that would revert, spends nothing on it, and goes on', async () => {
    const data = encodeErrorResult({ abi: intentEscrowAbi, errorName: 'FeeMismatch', args: [24, 25] })
    node.failOnce('eth_estimateGas', rpcError('execution reverted', data))
    const error = refusal(wallet.send(call))
    const next = wallet.send(call)
    expect(await error).to.include({ code: 'CALL_REVERTED', received: 'FeeMismatch(24, 25)' })
    await next
    expect(node.nonces).to.deep.equal([0])
  })

  it('asks the chain for the number again when a transaction may or may not have been taken', async () => {
    await wallet.send(call)
    node.failOnce('eth_sendRawTransaction', rpcError('connection lost'))
    // It was: the node has it, and the answer got lost.
    node.foreign = 1
    const error = await refusal(wallet.send(call))
    expect(error).to.include({ code: 'TRANSACTION_FAILED' })
    expect(error.remedy).to.be.a('string').that.is.not.empty
    await wallet.send(call)
    expect(node.nonces).to.deep.equal([0, 2])
  })

  it('asks for it again, too, when a transaction was not seen in a block: the chain may have dropped it', async () => {
    await wallet.send(call)
    for (let times = 0; times < 2; times++) {
      node.failOnce('eth_getTransactionReceipt', rpcError('connection lost'))
    }
    expect(await refusal(wallet.send(call))).to.include({ code: 'TRANSACTION_FAILED' })
    node.taken.pop()
    await wallet.send(call)
    expect(node.nonces).to.deep.equal([0, 1])
  })

  it('costs no more than it is allowed to: what that may be is told before it is sent', async () => {
    const costs: bigint[] = []
    const deny = async (most: bigint) => {
      costs.push(most)
      throw new Error('too dear')
    }
    const error = await wallet.send(call, undefined, deny).catch((reason: unknown) => reason)
    expect(error).to.have.property('message', 'too dear')
    expect(node.taken).to.deep.equal([])
    // The room above the estimate, at twice the base fee with a tip of one gwei.
    expect(costs).to.deep.equal([65_000n * 3_000_000_000n])
    await wallet.send(call)
    expect(node.nonces).to.deep.equal([0])
  })

  it('says so when a transaction was taken and reverted all the same', async () => {
    node.receiptStatus = '0x0'
    const error = await refusal(wallet.send(call))
    expect(error).to.include({ code: 'CALL_REVERTED', received: node.taken[0]?.hash })
  })
})
