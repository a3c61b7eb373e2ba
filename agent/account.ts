import type { Deployment } from '../protocol/deployment.ts'
import type { Address } from '../protocol/types.ts'
import {
  agentIdOf,
  register,
  registeredId,
  setAgentWallet,
  walletDigest,
} from './chain/actions/identity-registry.ts'
import * as ledger from './chain/actions/ledger.ts'
import * as vault from './chain/actions/stake-vault.ts'
import * as token from './chain/actions/token.ts'
import type { ChainClient } from './chain/client.ts'
import type { Wallet } from './chain/wallet.ts'
import type { Identity } from './network/identity.ts'

/** How long a binding signature is valid, in seconds; the registry allows five minutes. */
const BINDING_LIFE = 240n

/**
 * An agent's standing on chain: identity, stake, prefunded balance. Every step looks first whether it was done, so
 * that a crash between two of them costs nothing.
 */
export class Account {
  readonly #identity: Identity
  readonly #wallet: Wallet
  readonly #chain: ChainClient
  readonly #deployment: Deployment

  constructor(components: {
    identity: Identity
    wallet: Wallet
    chain: ChainClient
    deployment: Deployment
  }) {
    this.#identity = components.identity
    this.#wallet = components.wallet
    this.#chain = components.chain
    this.#deployment = components.deployment
  }

  /** Id that this key is bound to, 0n if none. */
  agentId(): Promise<bigint> {
    const { identityRegistry } = this.#deployment.contracts
    return agentIdOf(this.#chain.client, identityRegistry, this.#identity.address)
  }

  /** Prefunded balance in the ledger, in minor units. */
  balance(): Promise<bigint> {
    const { ledger: address, testDollar } = this.#deployment.contracts
    return ledger.balanceOf(this.#chain.client, address, testDollar, this.#identity.address)
  }

  /**
   * Registers this key as an agent that owns itself, and binds it, unless it is bound already.
   *
   * @param agentURI where its registration file is
   * @throws ChainError when the chain refuses, most often because the key has no gas money
   */
  async ensureRegistered(agentURI: string): Promise<bigint> {
    const known = await this.agentId()
    if (known > 0n) return known
    const { identityRegistry } = this.#deployment.contracts
    const { address } = this.#identity
    const agentId = registeredId(await this.#wallet.send(register(identityRegistry, agentURI)))
    const deadline = (await this.#chain.now()) + BINDING_LIFE
    const message = { agentId, newWallet: address, owner: address, deadline }
    const signature = this.#identity.sign(walletDigest(identityRegistry, this.#deployment.chainId, message))
    await this.#wallet.send(
      setAgentWallet(identityRegistry, { agentId, wallet: address, deadline, signature }),
    )
    return agentId
  }

  /**
   * Raises the free stake to at least `amount` and lets the escrow lock it.
   *
   * @param amount minor units of the stake token, which this key must hold
   */
  async ensureStake(amount: bigint): Promise<void> {
    const { stakeVault, testDollar, intentEscrow } = this.#deployment.contracts
    const agentId = await this.agentId()
    const free = await vault.freeStake(this.#chain.client, stakeVault, agentId)
    if (free >= amount) return
    await this.#wallet.send(token.approve(testDollar, stakeVault, amount - free))
    await this.#wallet.send(vault.stake(stakeVault, agentId, amount - free))
    await this.#wallet.send(vault.approveModule(stakeVault, intentEscrow, true))
  }

  /**
   * Raises the prefunded balance to at least `amount`.
   *
   * @param amount minor units of the payment token, which this key must hold
   */
  async ensureBalance(amount: bigint): Promise<void> {
    const { ledger: address, testDollar } = this.#deployment.contracts
    const balance = await this.balance()
    if (balance >= amount) return
    await this.#wallet.send(token.approve(testDollar, address, amount - balance))
    await this.#wallet.send(ledger.deposit(address, testDollar, this.#identity.address, amount - balance))
  }

  /**
   * Announces that money leaves the prefunded balance. Until it does, signed agreements can still use it.
   *
   * @param amount minor units; replaces an earlier announcement and starts its delay anew, 0n takes it back
   */
  async requestWithdrawal(amount: bigint): Promise<void> {
    const { ledger: address, testDollar } = this.#deployment.contracts
    await this.#wallet.send(ledger.requestWithdrawal(address, testDollar, amount))
  }

  /**
   * Takes announced money out of the prefunded balance.
   *
   * @param to where it goes, by default this key's own address
   * @throws ChainError `CALL_REVERTED` while the delay is not over
   */
  async withdraw(to: Address = this.#identity.address): Promise<void> {
    const { ledger: address, testDollar } = this.#deployment.contracts
    await this.#wallet.send(ledger.withdraw(address, testDollar, to))
  }

  /** Announces that stake leaves the vault; new agreements cannot count on it any more. Minor units. */
  async requestStakeWithdrawal(amount: bigint): Promise<void> {
    const { stakeVault } = this.#deployment.contracts
    await this.#wallet.send(vault.requestWithdrawal(stakeVault, await this.agentId(), amount))
  }

  /**
   * Takes announced stake out of the vault.
   *
   * @param to where it goes, by default this key's own address
   * @throws ChainError `CALL_REVERTED` while the delay is not over
   */
  async withdrawStake(to: Address = this.#identity.address): Promise<void> {
    const { stakeVault } = this.#deployment.contracts
    await this.#wallet.send(vault.withdraw(stakeVault, await this.agentId(), to))
  }

  /** Mints test dollars until this key holds at least `amount`; they are worth nothing. */
  async ensureTestDollars(amount: bigint): Promise<void> {
    const { testDollar } = this.#deployment.contracts
    const held = await token.balanceOf(this.#chain.client, testDollar, this.#identity.address)
    if (held < amount) await this.#wallet.send(token.mint(testDollar, this.#identity.address, amount - held))
  }
}
