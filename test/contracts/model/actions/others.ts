/** What arbitrators do, and thieves. */
import { AbiCoder } from 'ethers'
import type { Action, Session } from '../session.ts'
import { DAY, MAX_ARBITRATION } from '../terms.ts'
import { agentOf, amountOf } from './draws.ts'

/** What the arbitrator will answer from now on. */
export function rule(session: Session): Action {
  const { world, random } = session
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
    ...session.call('arbitrator', 'setAnswer', [answer]),
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
