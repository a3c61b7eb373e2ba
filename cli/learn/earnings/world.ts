import {
  createPublicClient,
  createWalletClient,
  http,
  type PublicClient,
  type TransactionReceipt,
  type WalletClient,
} from 'viem'
import { generatePrivateKey, type PrivateKeyAccount, privateKeyToAccount } from 'viem/accounts'
import { type Address, type Call, calls, type Deployment } from '../../../agent/index.ts'
import { type DrivenClock, driveClock } from '../../../community/driven-clock.ts'
import { openGasStation } from '../../../community/gas-money.ts'
import { learningRegistryOf } from '../../../protocol/deployment.ts'

/** How long one call to the chain may take, in milliseconds. */
const CALL_TIMEOUT = 30_000
/** Gas that a transaction may use: estimating it would take as long as the transaction. */
const GAS = 12_000_000n
/** Wei for a unit of gas, far above what a chain that nobody else uses asks for. */
const GAS_PRICE = 10_000_000_000n
/** Seconds for which a key's consent to speak for an agent is good. */
const CONSENT = 240n

/** Somebody with a key, and an agent that it speaks for. */
export interface Party {
  name: string
  account: PrivateKeyAccount
  address: Address
  agentId: bigint
}

/** Hears of every transaction of the world. */
export type Witness = (sender: Party, receipt: TransactionReceipt) => void

/** A chain of its own with the contracts of learning, and the people who use them. */
export class World {
  readonly client: PublicClient
  readonly clock: DrivenClock
  readonly deployment: Deployment
  readonly registry: Address
  readonly panel: Address
  readonly parties: Party[] = []
  readonly #wallet: WalletClient
  readonly #nonces = new Map<Address, number>()
  readonly #rpcUrl: string
  #witness: Witness = () => undefined

  private constructor(rpcUrl: string, deployment: Deployment, client: PublicClient, panel: Address) {
    this.#rpcUrl = rpcUrl
    this.deployment = deployment
    this.client = client
    this.panel = panel
    this.registry = learningRegistryOf(deployment)
    this.clock = driveClock(rpcUrl)
    this.#wallet = createWalletClient({ transport: http(rpcUrl, { timeout: CALL_TIMEOUT }) })
  }

  /** @throws ConfigError `LEARNING_MISSING` when the deployment has no learning rounds; what the chain throws */
  static async open(rpcUrl: string, deployment: Deployment): Promise<World> {
    // One request for all calls of a moment, not hundreds at once.
    const transport = http(rpcUrl, { timeout: CALL_TIMEOUT, batch: true })
    const client = createPublicClient({ transport, cacheTime: 0, pollingInterval: 20 })
    const panel = await calls.learningRegistry.panelAddressOf(client, learningRegistryOf(deployment))
    return new World(rpcUrl, deployment, client, panel)
  }

  /** Has somebody told of every transaction from now on. */
  tell(witness: Witness): void {
    this.#witness = witness
  }

  /**
   * Brings people into the world: each registers an agent, and stakes for both sides of a round.
   *
   * @param stake minor units for each side @param balance minor units in the ledger
   */
  async populate(
    names: readonly string[],
    stake: bigint,
    balance: (name: string) => bigint,
  ): Promise<Party[]> {
    const accounts = names.map(() => privateKeyToAccount(generatePrivateKey()))
    const giveGasMoney = await openGasStation(this.#rpcUrl)
    await giveGasMoney(accounts.map(({ address }) => address))
    const parties: Party[] = []
    for (const [index, account] of accounts.entries()) {
      const name = names[index] ?? ''
      const stranger = { name, account, address: account.address, agentId: 0n }
      parties.push(await this.#settleDown(stranger, stake, balance(name)))
    }
    this.parties.push(...parties)
    return parties
  }

  /** Sends a call and returns when it is in a block. @throws when the contract refuses it */
  async send(sender: Party, { to, data }: Call): Promise<TransactionReceipt> {
    const { account } = sender
    const nonce = this.#nonces.get(account.address) ?? 0
    const hash = await this.#wallet.sendTransaction({
      chain: null,
      type: 'eip1559',
      account,
      to,
      data,
      nonce,
      gas: GAS,
      maxFeePerGas: GAS_PRICE,
      maxPriorityFeePerGas: 1n,
    })
    this.#nonces.set(account.address, nonce + 1)
    // The local chain answers when it has mined.
    const receipt = await this.client.getTransactionReceipt({ hash })
    if (receipt.status === 'reverted')
      throw new Error(`the transaction ${hash} of ${sender.name} was reverted`)
    this.#witness(sender, receipt)
    return receipt
  }

  async #settleDown(party: Party, stake: bigint, balance: bigint): Promise<Party> {
    const { treasury, testDollar, identityRegistry } = this.deployment.contracts
    const { address, account } = party
    const registered = await this.send(party, calls.identityRegistry.register(identityRegistry, ''))
    const agentId = calls.identityRegistry.registeredId(registered)
    const binding = {
      agentId,
      newWallet: address,
      owner: address,
      deadline: (await this.clock.now()) + CONSENT,
    }
    const hash = calls.identityRegistry.walletDigest(identityRegistry, this.deployment.chainId, binding)
    const signature = await account.sign({ hash })
    const sent = [
      calls.identityRegistry.setAgentWallet(identityRegistry, { ...binding, wallet: address, signature }),
      calls.token.mint(testDollar, address, 2n * stake + balance),
      calls.token.approve(testDollar, treasury, 2n * stake + balance),
      calls.stakeVault.stake(treasury, agentId, this.registry, stake),
      calls.stakeVault.stake(treasury, agentId, this.panel, stake),
      ...(balance > 0n ? [calls.ledger.deposit(treasury, testDollar, address, balance)] : []),
    ]
    for (const call of sent) await this.send(party, call)
    return { ...party, agentId }
  }
}
