import { type NetworkId, networkName } from '../../protocol/deployment.ts'
import type { ProtocolId } from '../../protocol/network-parameters.ts'
import type { Hex } from '../../protocol/types.ts'

/** Gossip of intents, and of capability records. */
export const INTENTS = { name: 'intents', version: 1 } as const
export const CAPABILITIES = { name: 'capabilities', version: 1 } as const

/** Gossip of orders for the slots of energy markets, and of their meters' readings. */
export const ORDERS = { name: 'orders', version: 1 } as const
export const READINGS = { name: 'readings', version: 1 } as const

/** How agents find one another at points; libp2p's own protocol, which governance can end like any other. */
export const RENDEZVOUS = { name: 'rendezvous', version: 1 } as const

/**
 * Names of protocols and topics carry chain and directory, so that two networks on one wire never mix.
 *
 * @example protocolName(deployment, { name: 'negotiation', version: 1 }) // '/mesh/31337-c351628e-59439a5b/negotiation/1'
 */
export function protocolName(network: NetworkId, { name, version }: ProtocolId): string {
  return `/mesh/${networkName(network)}/${name}/${version}`
}

/** The network, as `networkName` has it, of a protocol or a topic; undefined for one that is no network's own. */
export function networkOfProtocol(name: string): string | undefined {
  return /^\/mesh\/(\d+-[0-9a-f]{8}-[0-9a-f]{8})\//.exec(name)?.[1]
}

/** Topic of the intents of one domain (first part of the capability) and cell; see `areas.ts`. */
export function intentTopic(network: NetworkId, domain: string, cell: string): string {
  return `${protocolName(network, INTENTS)}/${domain}/${cell}`
}

/** Topic of the records of agents with capabilities of one domain that are in one cell; see `areas.ts`. */
export function capabilityTopic(network: NetworkId, domain: string, cell: string): string {
  return `${protocolName(network, CAPABILITIES)}/${domain}/${cell}`
}

/** Topic of what is said for the slots of one energy market: its orders, or its readings. */
export function marketTopic(network: NetworkId, said: typeof ORDERS | typeof READINGS, market: Hex): string {
  return `${protocolName(network, said)}/${market}`
}

/** Topic that every agent joins and in which nothing is said: it shows who takes part in gossip, whatever their interests. */
export function presenceTopic(network: NetworkId): string {
  return protocolName(network, CAPABILITIES)
}

/** Under which the agents of a network register at rendezvous points; with a domain, those that listen to it. */
export function rendezvousNamespace(network: NetworkId, domain?: string): string {
  const all = protocolName(network, RENDEZVOUS)
  return domain === undefined ? all : `${all}/${domain}`
}

/** What a quota of intents is set for: their topic in all areas. */
export function quotaOfIntents(domain: string): string {
  return `${INTENTS.name}/${domain}`
}

/** First part of a capability: `energy` of `energy.supply`. */
export function domainOf(capability: string): string {
  return capability.split('.', 1)[0] ?? capability
}
