/** What people do with balances, stake, identities and arbitrators, rightly and wrongly. */
import { AbiCoder, TypedDataEncoder } from 'ethers'
import { agentWalletTypes } from '../base.ts'
import type { Actor } from './chain.ts'
import type { Action, Session } from './session.ts'
import { DAY, MAX_ARBITRATION, ZERO } from './terms.ts'

const AGENTS = 3
const agentOf = ({ random }: Session) => BigInt(1 + random.int(AGENTS))
const amountOf = ({ random }: Session) => random.bigint(random.pick([3n, 100_000n, 10_000_000n]))

export function deposit(session: Session): Action {
  const { chain, random, world } = session
  const [from, amount] = [session.anybody(), amountOf(session)]
  const account = random.once(15) ? random.pick([ZERO, chain.addresses.escrow]) : session.anybody().address
  return {
    name: 'deposit',
    from,
    to: chain.addresses.ledger,
    data: chain.interfaces.ledger.encodeFunctionData('deposit', [chain.addresses.token, account, amount]),
    expect: () => world.ledger.deposit(from.address, account, amount),
  }
}

export function requestBalance(session: Session): Action {
  const { chain, world } = session
  const [from, amount] = [session.anybody(), amountOf(session)]
  return {
    name: 'requestBalance',
    from,
    to: chain.addresses.ledger,
    data: chain.interfaces.ledger.encodeFunctionData('requestWithdrawal', [chain.addresses.token, amount]),
    expect: (now) => world.ledger.requestWithdrawal(from.address, amount, now),
  }
}

export function withdrawBalance(session: Session): Action {
  const { chain, world, random } = session
  const waiting = chain.actors.filter(({ address }) => world.ledger.availableAt(address) !== undefined)
  const from = waiting.length > 0 && !random.once(4) ? random.pick(waiting) : session.anybody()
  const to = random.once(15) ? chain.addresses.ledger : session.anybody().address
  return {
    name: 'withdrawBalance',
    from,
    to: chain.addresses.ledger,
    data: chain.interfaces.ledger.encodeFunctionData('withdraw', [chain.addresses.token, to]),
    expect: (now) => world.ledger.withdraw(from.address, to, now),
  }
}

export function collectFees(session: Session): Action {
  const { chain, world } = session
  const accounts = [session.anybody().address, session.anybody().address]
  return {
    name: 'collectFees',
    from: session.anybody(),
    to: chain.addresses.ledger,
    data: chain.interfaces.ledger.encodeFunctionData('collectFees', [chain.addresses.token, accounts]),
    expect: () => world.ledger.collectFees(accounts),
  }
}

export function setMandate(session: Session): Action {
  const { chain, world, random } = session
  const agentId = agentOf(session)
  const from = session.mostly(world.registry.owners.get(agentId) ?? '')
  const perPeriod = amountOf(session) * 3n
  const caps = {
    perPeriod,
    perPayee: random.bigint(perPeriod + 2n),
    period: random.pick([3600n, DAY, 7n, 0n]),
  }
  const { perPayee, period } = caps
  return {
    name: 'setMandate',
    from,
    to: chain.addresses.ledger,
    data: chain.interfaces.ledger.encodeFunctionData('setMandate', [
      chain.addresses.token,
      agentId,
      perPeriod,
      perPayee,
      period,
    ]),
    expect: (now) => world.ledger.setMandate(from.address, agentId, caps, now),
  }
}

function positionOf(session: Session, isQueued = false) {
  const { chain, random, world } = session
  const queued = world.vault.positions().filter((position) => position.queued > 0n)
  if (isQueued && queued.length > 0 && !random.once(4)) {
    const key = random.pick(queued)
    return { from: session.actor(key.depositor), key }
  }
  const agentId = agentOf(session)
  const from = session.mostly(world.registry.owners.get(agentId) ?? '')
  const module = random.once(10) ? random.pick([ZERO, session.anybody().address]) : chain.addresses.escrow
  return { from, key: { agentId, depositor: from.address, module } }
}

export function stake(session: Session): Action {
  const { chain, world } = session
  const { from, key } = positionOf(session)
  const amount = amountOf(session)
  return {
    name: 'stake',
    from,
    to: chain.addresses.vault,
    data: chain.interfaces.vault.encodeFunctionData('stake', [key.agentId, key.module, amount]),
    expect: () => world.vault.stake(key, world.registry.owners.get(key.agentId), amount),
  }
}

export function requestStake(session: Session): Action {
  const { chain, world, random } = session
  const { from, key } = positionOf(session)
  const amount = random.bigint(world.vault.position(key).staked + 2n)
  return {
    name: 'requestStake',
    from,
    to: chain.addresses.vault,
    data: chain.interfaces.vault.encodeFunctionData('requestWithdrawal', [key.agentId, key.module, amount]),
    expect: (now) => world.vault.requestWithdrawal(key, amount, now),
  }
}

export function withdrawStake(session: Session): Action {
  const { chain, world, random } = session
  const { from, key } = positionOf(session, true)
  const to = random.once(15) ? ZERO : session.anybody().address
  return {
    name: 'withdrawStake',
    from,
    to: chain.addresses.vault,
    data: chain.interfaces.vault.encodeFunctionData('withdraw', [key.agentId, key.module, to]),
    expect: (now) => world.vault.withdraw(key, to, now),
  }
}

export function claimCompensation(session: Session): Action {
  const { chain, world, random } = session
  const harmed = chain.actors.filter(({ address }) => world.vault.claimable.get(address) > 0n)
  const from = harmed.length > 0 && !random.once(4) ? random.pick(harmed) : session.anybody()
  const to = random.once(15) ? chain.addresses.vault : session.anybody().address
  return {
    name: 'claimCompensation',
    from,
    to: chain.addresses.vault,
    data: chain.interfaces.vault.encodeFunctionData('claim', [to]),
    expect: () => world.vault.claim(from.address, to),
  }
}

export function burn(session: Session): Action {
  const { chain, world } = session
  const data = chain.interfaces.vault.encodeFunctionData('burn')
  return {
    name: 'burn',
    from: session.anybody(),
    to: chain.addresses.vault,
    data,
    expect: () => world.vault.burn(),
  }
}

export function register(session: Session, owner: Actor): Action {
  const { chain, world } = session
  return {
    name: 'register',
    from: owner,
    to: chain.addresses.registry,
    data: chain.interfaces.registry.encodeFunctionData('register()'),
    expect: () => {
      world.registry.register(owner.address)
      return []
    },
  }
}

export const bind = (session: Session) => bindKey(session, agentOf(session), session.anybody())

export function bindKey(session: Session, agentId: bigint, wallet: Actor): Action {
  const { chain, world } = session
  const from = session.mostly(world.registry.owners.get(agentId) ?? '')
  const deadline = session.now + 60n
  const message = { agentId, newWallet: wallet.address, owner: world.registry.owners.get(agentId), deadline }
  const consent = wallet.sign(TypedDataEncoder.hash(chain.domains.registry, agentWalletTypes, message))
  return {
    name: 'bind',
    from,
    to: chain.addresses.registry,
    data: chain.interfaces.registry.encodeFunctionData('setAgentWallet', [
      agentId,
      wallet.address,
      deadline,
      consent,
    ]),
    expect: () => world.registry.setAgentWallet(from.address, agentId, wallet.address),
  }
}

export function unbind(session: Session): Action {
  const { chain, world } = session
  const agentId = agentOf(session)
  const from = session.mostly(world.registry.owners.get(agentId) ?? '')
  return {
    name: 'unbind',
    from,
    to: chain.addresses.registry,
    data: chain.interfaces.registry.encodeFunctionData('unsetAgentWallet', [agentId]),
    expect: () => world.registry.unsetAgentWallet(from.address, agentId),
  }
}

export function transferAgent(session: Session): Action {
  const { chain, world } = session
  const [agentId, to] = [agentOf(session), session.anybody().address]
  const from = session.mostly(world.registry.owners.get(agentId) ?? '')
  return {
    name: 'transferAgent',
    from,
    to: chain.addresses.registry,
    data: chain.interfaces.registry.encodeFunctionData('transferFrom', [from.address, to, agentId]),
    expect: () => world.registry.transfer(from.address, to, agentId),
  }
}

/** What the arbitrator will answer from now on. */
export function rule(session: Session): Action {
  const { chain, world, random } = session
  const ruling = random.weighted([
    [2, 'Pending'],
    [5, 'Ruled'],
    [2, 'Silent'],
  ] as const)
  const bps = random.pick([0n, 10_000n, BigInt(random.int(10_001))])
  const answer = AbiCoder.defaultAbiCoder().encode(
    ['uint8', 'uint16'],
    [{ Pending: 1, Ruled: 2, Silent: 3 }[ruling], bps],
  )
  return {
    name: 'rule',
    from: session.anybody(),
    to: chain.addresses.arbitrator,
    data: chain.interfaces.arbitrator.encodeFunctionData('setAnswer', [answer]),
    expect: () => {
      Object.assign(world.arbitrator, { ruling, defendantBps: bps })
      return []
    },
  }
}

/** The arbitrator breaks, or is whole again; or is as slow as it may be, or slower. */
export function bend(session: Session): Action {
  const { chain, world, random } = session
  const isMode = random.once(2)
  const broken = random.once(3)
  const maxDuration = random.pick([DAY, MAX_ARBITRATION, MAX_ARBITRATION + 1n])
  const { arbitrator } = chain.interfaces
  return {
    name: 'bend',
    from: session.anybody(),
    to: chain.addresses.arbitrator,
    data: isMode
      ? arbitrator.encodeFunctionData('setMode', [broken ? 1 : 0])
      : arbitrator.encodeFunctionData('setMaxDuration', [maxDuration]),
    expect: () => {
      Object.assign(world.arbitrator, isMode ? { broken } : { maxDuration })
      return []
    },
  }
}

/** What only modules may do, and what nobody may do with what others' modules locked. */
export function usurp(session: Session): Action {
  const { chain, world, random } = session
  const { ledger, vault } = chain.interfaces
  const [from, victim, amount] = [session.anybody(), session.anybody().address, 1n + amountOf(session)]
  const { token } = chain.addresses
  const me = from.address
  const agentId = agentOf(session)
  const key = { agentId, depositor: victim, module: me }
  const pull = [token, victim, amount, 0, 2n ** 256n - 1n] as const
  const [data, to, expect] = random.pick([
    [ledger.encodeFunctionData('take', [token, victim, amount]), 'ledger', undefined],
    [ledger.encodeFunctionData('takeFor', [token, victim, agentId, me, amount]), 'ledger', undefined],
    [ledger.encodeFunctionData('give', [token, me, amount, 0]), 'ledger', undefined],
    [ledger.encodeFunctionData('move', [token, victim, me, amount, 0]), 'ledger', undefined],
    [ledger.encodeFunctionData('moveFor', [token, victim, agentId, me, amount, 0]), 'ledger', undefined],
    [ledger.encodeFunctionData('settle', [token, [victim, me], [-amount, amount]]), 'ledger', undefined],
    [
      ledger.encodeFunctionData('pullWithPermit', [...pull, from.sign(token.padEnd(66, '0'))]),
      'ledger',
      undefined,
    ],
    [
      vault.encodeFunctionData('lock', [agentId, victim, amount]),
      'vault',
      () => world.vault.lock(key, amount),
    ],
    [
      vault.encodeFunctionData('unlock', [agentId, victim, amount]),
      'vault',
      () => world.vault.unlock(key, amount),
    ],
    [
      vault.encodeFunctionData('slash', [agentId, victim, amount, me]),
      'vault',
      () => world.vault.slash(key, amount, me),
    ],
  ] as const)
  return { name: 'usurp', from, to: chain.addresses[to], data, expect: expect ?? (() => ['NotModule']) }
}
