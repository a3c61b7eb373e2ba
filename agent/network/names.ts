import type { Deployment } from '../../protocol/deployment.ts'

/**
 * Names of protocols and topics carry chain and directory, so that two networks on one wire never mix.
 *
 * @example protocolName(deployment, 'negotiation', 1) // '/mesh/31337-c351628e-59439a5b/negotiation/1'
 */
export function protocolName(deployment: Deployment, protocol: string, major: number): string {
  return `/mesh/${networkName(deployment)}/${protocol}/${major}`
}

/** Topic of the intents of one domain (first part of the capability) and area (H3 cell). */
export function intentTopic(deployment: Deployment, domain: string, area: string): string {
  return `/mesh/${networkName(deployment)}/intents/1/${domain}/${area}`
}

/** Topic of the capability records of one area. */
export function capabilityTopic(deployment: Deployment, area: string): string {
  return `/mesh/${networkName(deployment)}/capabilities/1/${area}`
}

/** First part of a capability: `energy` of `energy.supply`. */
export function domainOf(capability: string): string {
  return capability.split('.', 1)[0] ?? capability
}

function networkName({ chainId, contracts, salt }: Deployment): string {
  return `${chainId}-${contracts.meshDirectory.slice(2, 10).toLowerCase()}-${salt.slice(2, 10)}`
}
