import type { TransactionReceipt } from 'viem'
import { aliasOf } from '../protocol/addresses.ts'
import { type Deployment, LOCAL_CHAIN_ID, learningRegistryOf } from '../protocol/deployment.ts'
import { ConfigError } from '../protocol/errors.ts'
import type { Address, Hex } from '../protocol/types.ts'
import {
  type Binding,
  bindingOf,
  register,
  registeredId,
  setAgentWallet,
  unsetAgentWallet,
  walletDigest,
} from './chain/actions/identity-registry.ts'
import { panelAddressOf } from './chain/actions/learning-registry.ts'
import * as ledger from './chain/actions/ledger.ts'
import * as vault from './chain/actions/stake-vault.ts'
import * as token from './chain/actions/token.ts'
import type { Call } from './chain/call.ts'
import type { ChainClient } from './chain/client.ts'
import { notRegistered } from './chain/not-registered.ts'
import { setBalance } from './chain/test-chain.ts'
import type { Wallet } from './chain/wallet.ts'
import { checkArguments } from './inputs.ts'
import { type Abortable, disconnected } from './lifecycle.ts'
import { abortable, either } from './network/abortable.ts'
import type { Identity } from './network/identity.ts'

/** How long a binding signature is valid, in seconds; the registry allows five minutes. */
const BINDING_LIFE = 240n

/**
 * An agent's standing on chain: identity, stake, prefunded balance. Every step looks first whether it was done, so
 * that a crash between two of them costs nothing, nor a `signal` that is aborted: the call rejects with its reason, and
 * sends nothing more.
 */
export class Account {
  readonly #identity: Identity
  readonly #wallet: Wallet
  readonly #chain: ChainClient
  readonly #deployment: Deployment
  readonly #leaving = new AbortController()
  #payingIn: Promise<unknown> = Promise.resolve()

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

  /** Ends what waits: it rejects with RefusedError `DISCONNECTED`, and sends nothing more. */
  stop(): void {
    this.#leaving.abort(disconnected())
  }

  /** Id that this key is bound to, 0n if none. */
  async agentId(options: Abortable = {}): Promise<bigint> {
    checkArguments('agentId', { options })
    return (await this.binding(options)).agentId
  }

  /** The agent that this key speaks for, its owner, and since which change of the key. */
  async binding(options: Abortable = {}): Promise<Binding> {
    checkArguments('binding', { options })
    const { identityRegistry } = this.#deployment.contracts
    return this.#wait(options, () => bindingOf(this.#chain.client, identityRegistry, this.#identity.address))
  }

  /** Prefunded balance in the ledger, in minor units. */
  async balance(options: Abortable = {}): Promise<bigint> {
    checkArguments('balance', { options })
    const { treasury: address, testDollar } = this.#deployment.contracts
    const { client } = this.#chain
    return this.#wait(options, () => ledger.balanceOf(client, address, testDollar, this.#identity.address))
  }

  /** Stake behind this key's agent that the escrow can still lock, in minor units; 0n when it has no agent. */
  async freeStake(options: Abortable = {}): Promise<bigint> {
    checkArguments('freeStake', { options })
    const { treasury, intentEscrow: module } = this.#deployment.contracts
    const { agentId, owner: depositor } = await this.binding(options)
    const position = { agentId, depositor, module }
    return this.#wait(options, () => vault.freeStake(this.#chain.client, treasury, position))
  }

  /**
   * Registers this key as an agent that owns itself, and binds it, unless it is bound already.
   *
   * @param agentURI where its registration file is
   * @throws ChainError when the chain refuses, most often because the key has no gas money
   */
  async ensureRegistered(agentURI: string, options: Abortable = {}): Promise<bigint> {
    checkArguments('ensureRegistered', { agentURI, options })
    const known = await this.agentId(options)
    if (known > 0n) return known
    const { identityRegistry } = this.#deployment.contracts
    const { address } = this.#identity
    const agentId = registeredId(await this.#send(register(identityRegistry, agentURI), options))
    await this.bindKey(agentId, address, await this.consent(agentId, address, options), options)
    return agentId
  }

  /**
   * This key's consent to speak for an agent of another owner, who then calls `bindKey` with it. Such a key can
   * be taken away, and its owner keeps id, stake and money.
   *
   * @returns the last second at which it counts, four minutes from now, and the signature
   */
  async consent(
    agentId: bigint,
    owner: Address,
    options: Abortable = {},
  ): Promise<{ deadline: bigint; signature: Hex }> {
    checkArguments('consent', { agentId, owner, options })
    const { identityRegistry } = this.#deployment.contracts
    const deadline = (await this.#wait(options, () => this.#chain.now())) + BINDING_LIFE
    const message = { agentId, newWallet: this.#identity.address, owner, deadline }
    const digest = walletDigest(identityRegistry, this.#deployment.chainId, message)
    return { deadline, signature: this.#identity.sign(digest) }
  }

  /**
   * Has another key speak for an agent that this account owns. Nothing that the key before it signed can be opened any
   * more; id, stake and reputation stay.
   *
   * @param consent what the other key's account returned from `consent`
   * @throws ChainError `CALL_REVERTED` when somebody else owns the agent, or the key speaks for another one already
   */
  async bindKey(
    agentId: bigint,
    key: Address,
    consent: { deadline: bigint; signature: Hex },
    options: Abortable = {},
  ): Promise<void> {
    checkArguments('bindKey', { agentId, key, consent, options })
    const { identityRegistry } = this.#deployment.contracts
    await this.#send(setAgentWallet(identityRegistry, { agentId, wallet: key, ...consent }), options)
  }

  /**
   * Takes the key away from an agent that this account owns: nothing that it signed can be opened any more.
   *
   * @param agentId by default the agent that this key speaks for
   * @throws ChainError `CALL_REVERTED` when somebody else owns the agent
   */
  async revokeKey(agentId?: bigint, options: Abortable = {}): Promise<void> {
    checkArguments('revokeKey', { agentId, options })
    const { identityRegistry } = this.#deployment.contracts
    const id = agentId ?? (await this.agentId(options))
    await this.#send(unsetAgentWallet(identityRegistry, id), options)
  }

  /** `N:NNNN.HHHH.LLLL`, for people; undefined without a registered agent. See `aliasOf`. */
  async alias(options: Abortable = {}): Promise<string | undefined> {
    checkArguments('alias', { options })
    return aliasOf(this.#deployment, await this.agentId(options))
  }

  /**
   * Raises the free stake that the escrow may lock behind this key's agent to at least `amount`.
   *
   * @param amount minor units of the stake token, which this key must hold
   */
  async ensureStake(amount: bigint, options: Abortable = {}): Promise<void> {
    checkArguments('ensureStake', { amount, options })
    await this.ensureStakeFor(await this.agentId(options), amount, options)
  }

  /**
   * Raises this account's free stake behind an agent that it owns, as `ensureStake`.
   *
   * @throws ChainError `CALL_REVERTED` when somebody else owns the agent
   */
  async ensureStakeFor(agentId: bigint, amount: bigint, options: Abortable = {}): Promise<void> {
    checkArguments('ensureStakeFor', { agentId, amount, options })
    await this.#ensureFree(agentId, this.#deployment.contracts.intentEscrow, amount, options)
  }

  /**
   * Raises the free stake that learning rounds may lock behind this key's agent, which it owns, to at least `amount`; see
   * `Learning`.
   *
   * @param role participants and evaluators stake for different contracts
   * @param amount minor units of the stake token, which this key must hold
   * @throws ConfigError `NOT_REGISTERED`; `LEARNING_MISSING` when the deployment has no learning rounds
   */
  async ensureLearningStake(
    role: 'participant' | 'evaluator',
    amount: bigint,
    options: Abortable = {},
  ): Promise<void> {
    checkArguments('ensureLearningStake', { role, amount, options })
    const registry = learningRegistryOf(this.#deployment)
    const module =
      role === 'participant'
        ? registry
        : await this.#wait(options, () => panelAddressOf(this.#chain.client, registry))
    const agentId = await this.agentId(options)
    if (agentId === 0n) throw notRegistered(this.#identity.address)
    await this.#ensureFree(agentId, module, amount, options)
  }

  async #ensureFree(agentId: bigint, module: Address, amount: bigint, options: Abortable): Promise<void> {
    const { treasury } = this.#deployment.contracts
    const position = { agentId, depositor: this.#identity.address, module }
    const free = await this.#wait(options, () => vault.freeStake(this.#chain.client, treasury, position))
    if (free >= amount) return
    await this.#payIn(amount - free, vault.stake(treasury, agentId, module, amount - free), options)
  }

  /**
   * Raises the prefunded balance to at least `amount`.
   *
   * @param amount minor units of the payment token, which this key must hold
   */
  async ensureBalance(amount: bigint, options: Abortable = {}): Promise<void> {
    checkArguments('ensureBalance', { amount, options })
    const { treasury: address, testDollar } = this.#deployment.contracts
    const balance = await this.balance(options)
    if (balance >= amount) return
    const missing = amount - balance
    const deposit = ledger.deposit(address, testDollar, this.#identity.address, missing)
    await this.#payIn(missing, deposit, options)
  }

  /**
   * Announces that money leaves the prefunded balance. Until it does, signed agreements can still use it.
   *
   * @param amount minor units; replaces an earlier announcement and starts its delay anew, 0n takes it back
   */
  async requestWithdrawal(amount: bigint, options: Abortable = {}): Promise<void> {
    checkArguments('requestWithdrawal', { amount, options })
    const { treasury: address, testDollar } = this.#deployment.contracts
    await this.#send(ledger.requestWithdrawal(address, testDollar, amount), options)
  }

  /**
   * Takes announced money out of the prefunded balance.
   *
   * @param to where it goes, by default this key's own address
   * @throws ChainError `CALL_REVERTED` while the delay is not over
   */
  async withdraw(to: Address = this.#identity.address, options: Abortable = {}): Promise<void> {
    checkArguments('withdraw', { to, options })
    const { treasury: address, testDollar } = this.#deployment.contracts
    await this.#send(ledger.withdraw(address, testDollar, to), options)
  }

  /** Announces that stake leaves the vault; no new agreement can lock it any more. Minor units. */
  async requestStakeWithdrawal(amount: bigint, options: Abortable = {}): Promise<void> {
    checkArguments('requestStakeWithdrawal', { amount, options })
    const { treasury, intentEscrow } = this.#deployment.contracts
    const agentId = await this.agentId(options)
    await this.#send(vault.requestUnstake(treasury, agentId, intentEscrow, amount), options)
  }

  /**
   * Takes announced stake out of the vault.
   *
   * @param to where it goes, by default this key's own address
   * @throws ChainError `CALL_REVERTED` while the delay is not over
   */
  async withdrawStake(to: Address = this.#identity.address, options: Abortable = {}): Promise<void> {
    checkArguments('withdrawStake', { to, options })
    const { treasury, intentEscrow } = this.#deployment.contracts
    const agentId = await this.agentId(options)
    await this.#send(vault.unstake(treasury, agentId, intentEscrow, to), options)
  }

  /**
   * Lets the key that is bound to an agent of this account's spend from this account's prefunded balance.
   *
   * @param agentId whose key; it counts only while this account owns the agent
   */
  async setMandate(agentId: bigint, mandate: ledger.Mandate, options: Abortable = {}): Promise<void> {
    checkArguments('setMandate', { agentId, mandate, options })
    const { treasury: address, testDollar } = this.#deployment.contracts
    await this.#send(ledger.setMandate(address, testDollar, agentId, mandate), options)
  }

  /**
   * Sends a call that somebody else has signed for, as a transfer by EIP-3009, and pays its gas. It does not wait for the block.
   *
   * @returns the transaction's hash
   * @throws ChainError `CALL_REVERTED` before any gas is spent, where it can be foreseen; `INSUFFICIENT_FUNDS`
   */
  async submit(call: Call, options: Abortable = {}): Promise<Hex> {
    checkArguments('submit', { call, options })
    return this.#wait(options, (signal) => this.#wallet.submit(call, signal))
  }

  /** Mints test dollars until this key holds at least `amount`; they are worth nothing. */
  async ensureTestDollars(amount: bigint, options: Abortable = {}): Promise<void> {
    checkArguments('ensureTestDollars', { amount, options })
    const { testDollar } = this.#deployment.contracts
    const { address } = this.#identity
    const { client } = this.#chain
    const held = await this.#wait(options, () => token.balanceOf(client, testDollar, address))
    if (held < amount) await this.#send(token.mint(testDollar, address, amount - held), options)
  }

  /**
   * Gives this key gas money until it holds at least `amount`, as development chains do for the asking.
   *
   * @param amount wei
   * @throws ConfigError `CHAIN_NOT_LOCAL` on any other chain: there gas money has to come from somebody who has some
   */
  async ensureTestGas(amount: bigint, options: Abortable = {}): Promise<void> {
    checkArguments('ensureTestGas', { amount, options })
    const { client } = this.#chain
    const { address } = this.#identity
    const held = await this.#wait(options, () => client.getBalance({ address }))
    if (held >= amount) return
    if (this.#deployment.chainId !== LOCAL_CHAIN_ID) {
      throw new ConfigError('CHAIN_NOT_LOCAL', 'Only a development chain gives away gas money.', {
        field: 'deployment.chainId',
        expected: LOCAL_CHAIN_ID,
        received: this.#deployment.chainId,
        remedy: `Send at least ${amount - held} wei to ${address}, from a faucet of that chain or an account of yours.`,
      })
    }
    await this.#wait(options, () => setBalance(client, address, amount))
  }

  /** Approves and pays in, one after the other: an allowance to the treasury is one number, whatever it is for. */
  async #payIn(amount: bigint, call: Call, options: Abortable): Promise<void> {
    const { treasury, testDollar } = this.#deployment.contracts
    const paying = this.#payingIn.then(async () => {
      await this.#send(token.approve(testDollar, treasury, amount), options)
      await this.#send(call, options)
    })
    this.#payingIn = paying.catch(() => undefined)
    await paying
  }

  /** What was sent when `signal` is aborted stands, and is found done the next time. */
  #send(call: Call, options: Abortable): Promise<TransactionReceipt> {
    return this.#wait(options, (signal) => this.#wallet.send(call, signal))
  }

  #wait<T>({ signal }: Abortable, action: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const until = either(this.#leaving.signal, signal)
    return abortable(() => action(until), until)
  }
}
