import { type AbiEvent, type AbiParameter, concatHex, decodeAbiParameters } from 'viem'
import type { Hex } from '../../protocol/types.ts'
import type { ChainLog } from '../follower/chain-reader.ts'
import { staticDecoder } from './static-decoder.ts'

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
  const [decodeTopics, decodeData] = [decoderOf(inTopics), decoderOf(inData)]
  return ({ topics: [, ...topics], data }) => {
    const values = [...decodeTopics(concatHex(topics)), ...decodeData(data)]
    const args: Record<string, unknown> = {}
    for (let index = 0; index < names.length; index++) args[names[index] as string] = values[index]
    return args
  }
}

function decoderOf(parameters: readonly AbiParameter[]): (data: Hex) => readonly unknown[] {
  const plain = staticDecoder(parameters)
  // What is too short is told by viem.
  return (data) =>
    plain !== undefined && data.length >= plain.size
      ? plain.decode(data)
      : decodeAbiParameters(parameters, data)
}

function asTopic(parameter: AbiParameter): AbiParameter {
  return DYNAMIC.test(parameter.type) ? { ...parameter, type: 'bytes32' } : parameter
}
