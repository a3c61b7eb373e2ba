import type { PublicClient } from 'viem'
import { validationRegistryAbi } from '../../../protocol/abis/index.ts'
import type { Address, Hex } from '../../../protocol/types.ts'
import { type Call, callTo } from '../call.ts'

/** What a validator answered about an agent; see `IValidationRegistry.sol`. */
export interface Validation {
  /** Hash under which it was asked. */
  request: Hex
  validator: Address
  agentId: bigint
  /** From 0 to 100. */
  response: number
  /** What it is about, as the validator says. */
  responseHash: Hex
  tag: string
  /** Unix seconds; of a request without a response, when it was made. */
  lastUpdate: bigint
}

/** Asks a validator to look at an agent, as its owner or its key. @param request a hash that was never used */
export function requestValidation(
  registry: Address,
  asked: { validator: Address; agentId: bigint; uri: string; request: Hex },
): Call {
  const { validator, agentId, uri, request } = asked
  return callTo(registry, {
    abi: validationRegistryAbi,
    functionName: 'validationRequest',
    args: [validator, agentId, uri, request],
  })
}

/** Answers such a request, as its validator; a later answer takes the place of an earlier one. @param answer.response 0 to 100 */
export function respondToValidation(
  registry: Address,
  answer: { request: Hex; response: number; uri: string; responseHash: Hex; tag: string },
): Call {
  const { request, response, uri, responseHash, tag } = answer
  return callTo(registry, {
    abi: validationRegistryAbi,
    functionName: 'validationResponse',
    args: [request, response, uri, responseHash, tag],
  })
}

/**
 * What validators said of an agent, the latest request first.
 *
 * @param most requests that are looked at: anybody who speaks for the agent can make any number
 */
export async function validationsOf(
  client: PublicClient,
  registry: Address,
  agentId: bigint,
  most: number,
): Promise<Validation[]> {
  const contract = { address: registry, abi: validationRegistryAbi } as const
  const requests = await client.readContract({
    ...contract,
    functionName: 'getAgentValidations',
    args: [agentId],
  })
  return Promise.all(
    requests
      .slice(-most)
      .reverse()
      .map(async (request) => {
        const [validator, of, response, responseHash, tag, lastUpdate] = await client.readContract({
          ...contract,
          functionName: 'getValidationStatus',
          args: [request],
        })
        return { request, validator, agentId: of, response, responseHash, tag, lastUpdate }
      }),
  )
}
