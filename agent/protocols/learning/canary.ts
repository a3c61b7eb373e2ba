import { bytesToHex } from 'viem'
import { keccak } from '../../../protocol/keccak.ts'
import type { Hex } from '../../../protocol/types.ts'
import { chunkRoot, encodeChunks } from '../../learning/chunk-tree.ts'
import { decodeModel, encodeModel, evaluationOf, quantise, scoreUpdate } from '../../learning/rounds/index.ts'
import { CHUNK_SIZE, clipOf, type TaskTerms } from './terms.ts'

/**
 * What a requester knows beforehand of an update that another agent of its own will send: evaluators who say otherwise have
 * not evaluated, and are not paid.
 *
 * @param update by how much each parameter changes; to be told from others' by nobody, it is trained as theirs
 * @throws ConfigError `MODEL_INVALID`, or `NOT_FINITE`
 *
 * @example
 * ```ts
 * const canary = canaryFor(terms, update)
 * const round = await requester.learning.open({ ...terms, canary })
 * await another.learning.participate(round.id, () => update)
 * ```
 */
export function canaryFor(
  terms: Pick<TaskTerms, 'model' | 'hiddenSet' | 'clip'>,
  update: Float32Array,
): { updateRoot: Hex; score: number } {
  const model = decodeModel(encodeModel(terms.model))
  const values = quantise(update, model.scale, clipOf(terms))
  return {
    updateRoot: bytesToHex(chunkRoot(encodeChunks(values, CHUNK_SIZE), keccak)),
    score: scoreUpdate(evaluationOf(model, terms.hiddenSet), values),
  }
}
