import { type AbiEvent, type AbiParameter, concatHex, decodeAbiParameters } from 'viem'
import type { ChainLog } from '../follower/chain-reader.ts'

/** What is hashed where it is indexed: https://docs.soliditylang.org/en/latest/abi-spec.html#events */
const DYNAMIC = /^(string|bytes|tuple.*|.*\])$/

/**
 * Decodes logs of one event, all of whose parameters have names. viem's `decodeEventLog` writes out the signature and hashes
 * it for every log, to find the event that is known here, which takes most of its time.
 *
 * @throws what `decodeAbiParameters` throws when topics or data are too short
 */
export function eventDecoder({
  inputs,
}: AbiEvent): (log: Pick<ChainLog, 'topics' | 'data'>) => Record<string, unknown> {
  const inTopics = inputs.filter(({ indexed }) => indexed).map(asTopic)
  const inData = inputs.filter(({ indexed }) => !indexed)
  const names = [...inTopics, ...inData].map(({ name }) => name ?? '')
  return ({ topics: [, ...topics], data }) => {
    const values = [...decodeAbiParameters(inTopics, concatHex(topics)), ...decodeAbiParameters(inData, data)]
    return Object.fromEntries(names.map((name, index) => [name, values[index]]))
  }
}

function asTopic(parameter: AbiParameter): AbiParameter {
  return DYNAMIC.test(parameter.type) ? { ...parameter, type: 'bytes32' } : parameter
}
