import { getAddress, isHex, size, zeroAddress } from 'viem'
import { identityRegistryAbi } from '../../protocol/abis/index.ts'
import { PRIOR_SCORE } from '../../protocol/score.ts'
import type { Address } from '../../protocol/types.ts'
import type { Changes } from '../store/changes.ts'
import type { AgentRow } from '../store/tables.ts'
import { keepable } from '../store/text.ts'
import { agentSummary } from '../views/agent.ts'
import { updateAgent } from './agents.ts'
import { defineHandler, type Handler } from './handler.ts'
import { registrationText } from './registration-text.ts'

/** Keeps every agent: its owner, its wallet and whether that consented, and its registration URI. */
export function identityRegistryHandler(address: Address): Handler {
  return defineHandler(address, identityRegistryAbi, {
    Registered({ agentId, agentURI, owner }, changes, { logIndex, transactionHash }) {
      const { block } = changes
      const row: AgentRow = {
        agentId,
        owner,
        wallet: null,
        bound: false,
        ...registration(agentURI),
        registeredBlock: block.number,
        registeredIndex: logIndex,
        registeredAt: block.timestamp,
        registeredTx: transactionHash,
        ...{ score: PRIOR_SCORE, counted: 0, feedbacks: 0, scoreWeight: 0n, scorePoints: 0n },
      }
      changes.insert('agents', row)
      changes.emit('agent.registered', () => agentSummary(row))
    },

    Transfer({ from, to, tokenId }, changes) {
      // A mint is told by Registered, which follows it.
      if (from !== zeroAddress) update(changes, tokenId, () => ({ owner: to }))
    },

    MetadataSet({ agentId, metadataKey, metadataValue }, changes, { logIndex }) {
      if (metadataKey !== 'agentWallet') return
      const wallet = isHex(metadataValue) && size(metadataValue) === 20 ? getAddress(metadataValue) : null
      update(changes, agentId, (row) => {
        // The registration itself names the owner as wallet, in the log right after Registered, and binds nobody.
        const isDefault = row.registeredBlock === changes.block.number && row.registeredIndex + 1 === logIndex
        return { wallet, bound: wallet !== null && !isDefault }
      })
    },

    URIUpdated: ({ agentId, newURI }, changes) => update(changes, agentId, () => registration(newURI)),
  })
}

function update(changes: Changes, agentId: bigint, change: (row: AgentRow) => Partial<AgentRow>): void {
  const row = updateAgent(changes, agentId, change)
  changes.emit('agent.changed', () => agentSummary(row))
}

function registration(uri: string): Pick<AgentRow, 'uri' | 'text'> {
  return { uri: keepable(uri), text: registrationText(uri) }
}
