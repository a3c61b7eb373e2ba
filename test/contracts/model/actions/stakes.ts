/** What owners do with stake, rightly and wrongly. */
import type { Action, Session } from '../session.ts'
import { ZERO } from '../terms.ts'
import { agentOf, amountOf } from './draws.ts'

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
  const { world } = session
  const { from, key } = positionOf(session)
  const amount = amountOf(session)
  return {
    name: 'stake',
    from,
    ...session.call('vault', 'stake', [key.agentId, key.module, amount]),
    expect: () => world.vault.stake(key, world.registry.owners.get(key.agentId), amount),
  }
}

export function requestStake(session: Session): Action {
  const { world, random } = session
  const { from, key } = positionOf(session)
  const amount = random.bigint(world.vault.position(key).staked + 2n)
  return {
    name: 'requestStake',
    from,
    ...session.call('vault', 'requestUnstake', [key.agentId, key.module, amount]),
    expect: (now) => world.vault.requestUnstake(key, amount, now),
  }
}

export function withdrawStake(session: Session): Action {
  const { world, random } = session
  const { from, key } = positionOf(session, true)
  const to = random.once(15) ? ZERO : session.anybody().address
  return {
    name: 'withdrawStake',
    from,
    ...session.call('vault', 'unstake', [key.agentId, key.module, to]),
    expect: (now) => world.vault.unstake(key, to, now),
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
    ...session.call('vault', 'claim', [to]),
    expect: () => world.vault.claim(from.address, to),
  }
}

export function burn(session: Session): Action {
  const { world } = session
  return {
    name: 'burn',
    from: session.anybody(),
    ...session.call('vault', 'burn'),
    expect: () => world.vault.burn(),
  }
}
