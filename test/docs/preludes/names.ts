// Names that the text introduces: for snippets that are compiled, and not run.

import type {
  Address,
  Deployment,
  Hex,
  IntentDraft,
  Limits,
  MeshNetwork,
  MeterReader,
  NetworkDescriptor,
  SecureSum,
  Trip,
} from '@mesh/sdk'
import type { TypedDataDefinition } from 'viem'
import type { PrivateKeyAccount } from 'viem/accounts'

export declare const descriptor: NetworkDescriptor
export declare const deployment: Deployment
export declare const network: MeshNetwork
export declare const agent: MeshNetwork
export declare const requester: MeshNetwork
export declare const buyer: MeshNetwork
export declare const validator: MeshNetwork & { readonly address: Address }
export declare const draft: IntentDraft
export declare const agentId: bigint
export declare const request: Hex
export declare const model: Hex
export declare const marketId: Hex
export declare const meter: MeterReader
export declare const trip: Trip
export declare const rows: number
export declare const inputs: Float32Array
export declare const targets: Float32Array
export declare const parameters: Float32Array
export declare const hiddenSet: { rows: number; inputs: Float32Array; targets: Float32Array }
export declare const participants: Address[]
export declare const draw: () => number
export declare const secureSumOf: (bucket: readonly Address[]) => Promise<SecureSum>
export declare const TOKEN: Address
export declare const KEY: Hex
export declare const paying: typeof fetch
export declare const api: string
export declare const serviceAgent: string
export declare const client: {
  callTool(call: { name: string; arguments: Record<string, unknown> }): Promise<{
    structuredContent: { data: { typedData: TypedDataDefinition; intent: object } }
  }>
}
export declare const account: PrivateKeyAccount
export declare const test: typeof import('node:test').test
export declare const assert: typeof import('node:assert').strict
export declare const PRICES: Limits
export declare const SLOT_WH: bigint
export declare const bidFor: (wantedWh: bigint, freeWh: bigint) => { limits: Limits } | undefined
export declare const wish: Record<string, string>
