/** What people do with balances and mandates, rightly and wrongly. */
import type { Action, Session } from '../session.ts'
import { DAY, ZERO } from '../terms.ts'
import { agentOf, amountOf } from './draws.ts'

export function deposit(session: Session): Action {
  const { chain, random, world } = session
  const [from, amount] = [session.anybody(), amountOf(session)]
  const account = random.once(15) ? random.pick([ZERO, chain.addresses.escrow]) : session.anybody().address
  return {
    name: 'deposit',
    from,
    ...session.call('ledger', 'deposit', [chain.addresses.token, account, amount]),
    expect: () => world.ledger.deposit(from.address, account, amount),
  }
}

export function requestBalance(session: Session): Action {
  const { chain, world } = session
  const [from, amount] = [session.anybody(), amountOf(session)]
  return {
    name: 'requestBalance',
    from,
    ...session.call('ledger', 'requestWithdrawal', [chain.addresses.token, amount]),
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
    ...session.call('ledger', 'withdraw', [chain.addresses.token, to]),
    expect: (now) => world.ledger.withdraw(from.address, to, now),
  }
}

export function collectFees(session: Session): Action {
  const { chain, world } = session
  const accounts = [session.anybody().address, session.anybody().address]
  return {
    name: 'collectFees',
    from: session.anybody(),
    ...session.call('ledger', 'collectFees', [chain.addresses.token, accounts]),
    expect: () => world.ledger.collectFees(accounts),
  }
}

export function setMandate(session: Session): Action {
  const { chain, world, random } = session
  const agentId = agentOf(session)
  const from = session.mostly(world.registry.owners.get(agentId) ?? '')
  const perPeriod = random.pick([amountOf(session) * 3n, 10n ** 9n])
  const caps = {
    perPeriod,
    perPayee: random.bigint(perPeriod + 2n),
    period: random.pick([3600n, DAY, 7n, 0n]),
  }
  const { perPayee, period } = caps
  return {
    name: 'setMandate',
    from,
    ...session.call('ledger', 'setMandate', [chain.addresses.token, agentId, perPeriod, perPayee, period]),
    expect: (now) => world.ledger.setMandate(from.address, agentId, caps, now),
  }
}
