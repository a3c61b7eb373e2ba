export * from './abis/index.ts'
export * from './addresses.ts'
export { type CapabilityClaim, capabilityOf, checkCapabilities } from './capability.ts'
export {
  clearingDomain,
  type Deployment,
  escrowDomain,
  learningDomain,
  meshDomain,
  type NetworkDescriptor,
  parseDeployment,
} from './deployment.ts'
export * from './eip712.ts'
export * from './errors.ts'
export * from './from-json.ts'
export * from './learning.ts'
export * from './limits.ts'
export * from './network-parameters.ts'
export * from './packed-agreement.ts'
export * from './signature.ts'
export * from './trip.ts'
export * from './typed-data.ts'
export * from './types.ts'
