import type { AgentView } from '../api/views.ts'

/** @example shortHex('0x5FbDB2315678afecb367f032d93F642f64180aa3') // '0x5FbD…0aa3' */
export function shortHex(hex: string): string {
  return hex.length <= 14 ? hex : `${hex.slice(0, 6)}…${hex.slice(-4)}`
}

/**
 * The name that an agent's registration file gives; undefined where it gives none that can be read here.
 *
 * @param uri a `data:` URI of a short text or of JSON with a `name` (ERC-8004); others are not fetched: whoever registers could
 *   have every reader's browser ask a server of his
 * @example nameIn('data:,hh_2012_3') // 'hh_2012_3'
 */
export function nameIn(uri: string | null): string | undefined {
  const found = /^data:([^,]*),(.*)$/s.exec(uri ?? '')
  if (found === null) return undefined
  const [, type = '', body = ''] = found
  try {
    const text = type.endsWith(';base64') ? atob(body) : decodeURIComponent(body)
    return clean(type.startsWith('application/json') ? JSON.parse(text).name : text)
  } catch {
    return undefined
  }
}

/** What is too long for a name, or has signs that could disguise it, is none. */
function clean(name: unknown): string | undefined {
  return typeof name === 'string' && /^[\p{L}\p{N}][\p{L}\p{N} _.:-]{0,39}$/u.test(name) ? name : undefined
}

/** What an account is called: the number of its agent, and the name that this gives. */
interface Known {
  id: string
  name: string | undefined
}

/**
 * Agents by the addresses that they name: who speaks for one, and its owner. One for which nobody speaks names nobody: anybody may
 * give an agent with a name of his choice to any address, and the wallet ends with that.
 */
export function namedBy(all: readonly AgentView[]): ReadonlyMap<string, Known> {
  const spokenFor = all.flatMap(({ wallet, owner, agentId, uri }) =>
    wallet === null ? [] : [{ wallet, owner, known: { id: agentId, name: nameIn(uri) } }],
  )
  return new Map([
    ...spokenFor.map(({ owner, known }) => [owner.toLowerCase(), known] as const),
    ...spokenFor.map(({ wallet, known }) => [wallet.toLowerCase(), known] as const),
  ])
}
