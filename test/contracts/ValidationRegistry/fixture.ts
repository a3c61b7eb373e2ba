/** A validation registry over the identity registry of the other tests. */
import { deploy, ethers, register, type Signer } from '../base.ts'

export const REQUEST = ethers.id('request')
export const RESPONSE = ethers.id('response')

export type Validated = Awaited<ReturnType<typeof validated>>

/** An agent of `owner`, one of `stranger`, and a registry. */
export async function validated() {
  const d = await deploy()
  const agentId = await register(d, d.owner)
  const otherId = await register(d, d.stranger)
  const validation = await ethers.deployContract('ValidationRegistry', [d.registry])
  return { ...d, agentId, otherId, validation }
}

/** The owner asks a validator. */
export const ask = (d: Validated, validator: Signer, hash = REQUEST) =>
  d.validation.connect(d.owner).validationRequest(validator, d.agentId, 'ipfs://request', hash)

export const answer = (d: Validated, validator: Signer, response: bigint, hash = REQUEST, tag = 'passed') =>
  d.validation.connect(validator).validationResponse(hash, response, 'ipfs://response', RESPONSE, tag)
