/** What owners do with agents and keys, rightly and wrongly. */
import { TypedDataEncoder } from 'ethers'
import { agentWalletTypes } from '../../base.ts'
import type { Actor } from '../chain.ts'
import type { Action, Session } from '../session.ts'
import { agentOf } from './draws.ts'

export function register(session: Session, owner: Actor): Action {
  const { world } = session
  return {
    name: 'register',
    from: owner,
    ...session.call('registry', 'register()'),
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
    ...session.call('registry', 'setAgentWallet', [agentId, wallet.address, deadline, consent]),
    expect: () => world.registry.setAgentWallet(from.address, agentId, wallet.address),
  }
}

export function unbind(session: Session): Action {
  const { world } = session
  const agentId = agentOf(session)
  const from = session.mostly(world.registry.owners.get(agentId) ?? '')
  return {
    name: 'unbind',
    from,
    ...session.call('registry', 'unsetAgentWallet', [agentId]),
    expect: () => world.registry.unsetAgentWallet(from.address, agentId),
  }
}

export function transferAgent(session: Session): Action {
  const { world } = session
  const [agentId, to] = [agentOf(session), session.anybody().address]
  const from = session.mostly(world.registry.owners.get(agentId) ?? '')
  return {
    name: 'transferAgent',
    from,
    ...session.call('registry', 'transferFrom', [from.address, to, agentId]),
    expect: () => world.registry.transfer(from.address, to, agentId),
  }
}
