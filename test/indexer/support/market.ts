import { setTimeout as sleep } from 'node:timers/promises'
import {
  createPublicClient,
  createTestClient,
  createWalletClient,
  http,
  numberToHex,
  parseEther,
  type TransactionReceipt,
  TransactionReceiptNotFoundError,
  zeroAddress,
  zeroHash,
} from 'viem'
import { type HDAccount, mnemonicToAccount } from 'viem/accounts'
import {
  identityRegistryAbi,
  intentEscrowAbi,
  ledgerAbi,
  stakeVaultAbi,
  testDollarAbi,
} from '../../../protocol/abis/index.ts'
import { type Deployment, escrowDomain, type NetworkDescriptor } from '../../../protocol/deployment.ts'
import { hashAgreement, hashConditions } from '../../../protocol/eip712.ts'
import { packAgreement } from '../../../protocol/packed-agreement.ts'
import type { Address, Agreement, Conditions, Hex } from '../../../protocol/types.ts'
import { deploy } from '../../../scripts/deploy.ts'

const MNEMONIC = 'test test test test test test test test test test test junk'
const FUNDS = 1_000_000_000_000n
/** The ledger balance pays. */
const NO_FUNDING = '0x'
/** Seconds that a buyer has for a dispute. */
const WINDOW = 600

/** Acts on a freshly deployed market: a few accounts that register, stake, pay in and trade. */
export class Market {
  readonly rpcUrl: string
  readonly deployment: Deployment
  readonly network: NetworkDescriptor
  readonly client
  readonly test
  #nonce = 1n

  private constructor(rpcUrl: string, deployment: Deployment) {
    // A busy machine may take longer than viem's ten seconds.
    const transport = http(rpcUrl, { retryCount: 0, timeout: 60_000 })
    this.rpcUrl = rpcUrl
    this.deployment = deployment
    this.network = { deployment, rpcUrl, bootstrapPeers: [], area: '881f8d4a49fffff' }
    this.client = createPublicClient({ transport, cacheTime: 0, pollingInterval: 20 })
    this.test = createTestClient({ mode: 'anvil', transport })
  }

  static async deploy(rpcUrl: string): Promise<Market> {
    return new Market(rpcUrl, await deploy({ rpcUrl, account: account(0) }))
  }

  /** An account with gas money, an agent id bound to it, free stake and a ledger balance. */
  async join(index: number): Promise<HDAccount> {
    const who = account(index)
    await this.test.request({
      method: 'hardhat_setBalance',
      params: [who.address, numberToHex(parseEther('100'))],
    } as never)
    const agentId = await this.register(who, `https://agents.example/${index}`)
    await this.bind(who, agentId, who)
    const { treasury, intentEscrow, testDollar } = this.deployment.contracts
    await this.send(who, testDollar, testDollarAbi, 'mint', [who.address, FUNDS * 2n])
    await this.send(who, testDollar, testDollarAbi, 'approve', [treasury, FUNDS * 2n])
    await this.send(who, treasury, stakeVaultAbi, 'stake', [agentId, intentEscrow, FUNDS / 2n])
    await this.deposit(who, FUNDS / 2n)
    return who
  }

  async register(who: HDAccount, uri: string): Promise<bigint> {
    const { identityRegistry } = this.deployment.contracts
    await this.send(who, identityRegistry, identityRegistryAbi, 'register', [uri])
    const logs = await this.client.getContractEvents({
      address: identityRegistry,
      abi: identityRegistryAbi,
      eventName: 'Registered',
      args: { owner: who.address },
      strict: true,
    })
    return logs.at(-1)?.args.agentId ?? 0n
  }

  async bind(owner: HDAccount, agentId: bigint, wallet: HDAccount): Promise<void> {
    const { identityRegistry } = this.deployment.contracts
    const deadline = (await this.now()) + 240n
    const signature = await wallet.signTypedData({
      domain: {
        name: 'ERC8004IdentityRegistry',
        version: '1',
        chainId: this.deployment.chainId,
        verifyingContract: identityRegistry,
      },
      types: {
        AgentWalletSet: [
          { name: 'agentId', type: 'uint256' },
          { name: 'newWallet', type: 'address' },
          { name: 'owner', type: 'address' },
          { name: 'deadline', type: 'uint256' },
        ],
      },
      primaryType: 'AgentWalletSet',
      message: { agentId, newWallet: wallet.address, owner: owner.address, deadline },
    })
    const args = [agentId, wallet.address, deadline, signature]
    await this.send(owner, identityRegistry, identityRegistryAbi, 'setAgentWallet', args)
  }

  async deposit(who: HDAccount, amount: bigint): Promise<void> {
    const { treasury, testDollar } = this.deployment.contracts
    await this.send(who, treasury, ledgerAbi, 'deposit', [testDollar, who.address, amount])
  }

  /** Terms that both can sign now; energy: Wh, at a price per kWh. Without an arbitrator the split of a half ends disputes. */
  async draft(
    buyer: HDAccount,
    seller: HDAccount,
    terms: Partial<Agreement> = {},
    arbitrator: Address = zeroAddress,
  ): Promise<Agreement> {
    const now = await this.now()
    const [agentId, epoch] = await this.client.readContract({
      address: this.deployment.contracts.identityRegistry,
      abi: identityRegistryAbi,
      functionName: 'bindingOf',
      args: [seller.address],
    })
    return {
      buyer: buyer.address,
      payer: buyer.address,
      seller: seller.address,
      payout: seller.address,
      token: this.deployment.contracts.testDollar,
      staker: seller.address,
      agentId,
      quantity: 250n,
      price: 190_000n,
      lot: 1000n,
      exposure: 1_000n,
      feeBps: 25n,
      penaltyBps: 2_000n,
      relayFee: 0n,
      buyerEpoch: 0n,
      sellerEpoch: BigInt(epoch),
      expiry: now + 600n,
      deadline: now + 3_600n,
      intentHash: numberToHex(this.#nonce, { size: 32 }),
      termsHash: zeroHash,
      nonce: this.#nonce++,
      conditions: hashConditions(conditionsOf(now + 3_600n, arbitrator)),
      ...terms,
    }
  }

  idOf(agreement: Agreement): Hex {
    return hashAgreement(escrowDomain(this.deployment), agreement)
  }

  async open(buyer: HDAccount, seller: HDAccount, agreement: Agreement): Promise<Hex> {
    const id = this.idOf(agreement)
    const args = [
      packAgreement(agreement),
      await buyer.sign({ hash: id }),
      await seller.sign({ hash: id }),
      NO_FUNDING,
    ]
    await this.send(buyer, this.deployment.contracts.intentEscrow, intentEscrowAbi, 'open', args)
    return id
  }

  /** The buyer itself settles. */
  async settle(buyer: HDAccount, agreement: Agreement, evidence: Hex = zeroHash): Promise<void> {
    const args = [packAgreement(agreement), agreement.quantity, true, evidence, '0x']
    await this.send(buyer, this.deployment.contracts.intentEscrow, intentEscrowAbi, 'settle', args)
  }

  async refund(who: HDAccount, agreement: Agreement): Promise<void> {
    await this.send(who, this.deployment.contracts.intentEscrow, intentEscrowAbi, 'refund', [
      packAgreement(agreement),
    ])
  }

  /** A party takes its signature back before the agreement is opened. */
  async revoke(party: HDAccount, agreement: Agreement): Promise<void> {
    await this.send(party, this.deployment.contracts.intentEscrow, intentEscrowAbi, 'revoke', [
      packAgreement(agreement),
    ])
  }

  /** The seller reports its delivery on chain. */
  async deliver(seller: HDAccount, agreement: Agreement, quantity = agreement.quantity): Promise<void> {
    const args = [packAgreement(agreement), this.#conditionsOnChain(agreement), quantity, zeroHash, '0x']
    await this.send(seller, this.deployment.contracts.intentEscrow, intentEscrowAbi, 'deliver', args)
  }

  /** Anybody has the seller paid whose buyer let the window pass. */
  async claim(who: HDAccount, agreement: Agreement): Promise<void> {
    await this.pass(WINDOW + 1)
    const args = [packAgreement(agreement), this.#conditionsOnChain(agreement)]
    await this.send(who, this.deployment.contracts.intentEscrow, intentEscrowAbi, 'claim', args)
  }

  /** The buyer contests what was reported; the split of a half ends it at once. */
  async dispute(buyer: HDAccount, agreement: Agreement): Promise<void> {
    const args = [packAgreement(agreement), this.#conditionsOnChain(agreement), '0x']
    await this.send(buyer, this.deployment.contracts.intentEscrow, intentEscrowAbi, 'dispute', args)
  }

  /** A party ends an open agreement after its start: the penalty is due. */
  async cancel(party: HDAccount, agreement: Agreement): Promise<void> {
    const args = [packAgreement(agreement), this.#conditionsOnChain(agreement)]
    await this.send(party, this.deployment.contracts.intentEscrow, intentEscrowAbi, 'cancel', args)
  }

  /** Settles an agreement without deadline at once. */
  async spotTrade(buyer: HDAccount, seller: HDAccount, terms: Partial<Agreement> = {}): Promise<Agreement> {
    const agreement = await this.draft(buyer, seller, { deadline: 0n, exposure: 0n, ...terms })
    const id = this.idOf(agreement)
    const args = [packAgreement(agreement), await buyer.sign({ hash: id }), await seller.sign({ hash: id })]
    await this.send(seller, this.deployment.contracts.intentEscrow, intentEscrowAbi, 'trade', args)
    return agreement
  }

  /** One whole trade. */
  async trade(buyer: HDAccount, seller: HDAccount, terms: Partial<Agreement> = {}): Promise<Agreement> {
    const agreement = await this.draft(buyer, seller, terms)
    await this.open(buyer, seller, agreement)
    await this.settle(buyer, agreement)
    return agreement
  }

  /** The conditions that `draft` gave an agreement, as a call shows them. */
  #conditionsOnChain({ deadline, conditions: hash }: Agreement) {
    const { arbitration = zeroAddress } = this.deployment.contracts
    const conditions = [zeroAddress, arbitration]
      .map((arbitrator) => conditionsOf(deadline, arbitrator))
      .find((candidate) => hashConditions(candidate) === hash)
    if (conditions === undefined) throw new Error('the agreement has conditions of its own')
    return {
      ...conditions,
      lateBps: Number(conditions.lateBps),
      window: Number(conditions.window),
      splitBps: Number(conditions.splitBps),
    }
  }

  /** Sends a transaction and waits for its receipt. */
  async send(from: HDAccount, address: Hex, abi: readonly unknown[], functionName: string, args: unknown[]) {
    const wallet = createWalletClient({ account: from, transport: http(this.rpcUrl, { retryCount: 0 }) })
    const hash = await wallet.writeContract({ address, abi, functionName, args, chain: null })
    const receipt = await this.receipt(hash)
    if (receipt.status !== 'success') throw new Error(`${functionName} was reverted`)
    return receipt
  }

  /** Sends call data as it is. */
  async sendRaw(from: HDAccount, to: Hex, data: Hex): Promise<void> {
    const wallet = createWalletClient({ account: from, transport: http(this.rpcUrl, { retryCount: 0 }) })
    const hash = await wallet.sendTransaction({ to, data, chain: null })
    const receipt = await this.receipt(hash)
    if (receipt.status !== 'success') throw new Error('a raw call was reverted')
  }

  /**
   * Waits for a receipt by asking for it. viem's `waitForTransactionReceipt` asks when there is a new block: where the node
   * tells the block a moment before the receipt, and mines no other one, it waits for three minutes.
   */
  async receipt(hash: Hex): Promise<TransactionReceipt> {
    const deadline = AbortSignal.timeout(30_000)
    for (;;) {
      try {
        return await this.client.getTransactionReceipt({ hash })
      } catch (error) {
        if (!(error instanceof TransactionReceiptNotFoundError)) throw error
      }
      await sleep(10, undefined, { signal: deadline })
    }
  }

  /** Mines many blocks at once; Hardhat only. */
  async mineMany(blocks: number): Promise<void> {
    await this.test.request({ method: 'hardhat_mine', params: [numberToHex(blocks)] } as never)
  }

  /** Replaces the newest blocks by empty ones, as a real reorganisation does; anvil only. */
  async reorg(depth: number): Promise<void> {
    await this.test.request({ method: 'anvil_reorg', params: [depth, []] } as never)
  }

  /** The chain's time in Unix seconds. */
  async now(): Promise<bigint> {
    return (await this.client.getBlock()).timestamp
  }

  async height(): Promise<number> {
    return Number(await this.client.getBlockNumber())
  }

  /** Lets seconds pass on the chain, with a block at the end. */
  async pass(seconds: number): Promise<void> {
    await this.test.increaseTime({ seconds })
    await this.test.mine({ blocks: 1 })
  }
}

/** Well-known development account; number 0 deploys. */
export function account(index: number): HDAccount {
  return mnemonicToAccount(MNEMONIC, { addressIndex: index })
}

/** Delivery from the beginning of time to the deadline that `draft` gives; without an arbitrator disputes are split by halves. */
function conditionsOf(deadline: bigint, arbitrator: Address): Conditions {
  return {
    arbitrator,
    meter: zeroAddress,
    start: 0n,
    end: deadline - 3_600n,
    lateFrom: 0n,
    lateBps: 0n,
    window: BigInt(WINDOW),
    splitBps: 5_000n,
    retail: 0n,
  }
}
