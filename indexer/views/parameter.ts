import { hexToString, trim } from 'viem'
import { z } from 'zod'
import { PARAMETER_KINDS, type ParameterRow } from '../store/tables/governance.ts'
import { storable } from '../store/text.ts'
import { hash, height, instant, toInstant } from './scalars.ts'

export const parameterKind = z.enum(PARAMETER_KINDS)

export const parameterSchema = z
  .object({
    kind: parameterKind,
    name: z.string().meta({
      description:
        'Domain of an admission, topic of a quota, name of a contract or protocol; empty: the default',
      example: 'intents/energy',
    }),
    version: z.int().meta({ description: 'Of a contract or protocol, otherwise 0' }),
    value: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])).meta({
      description: 'Its members; of versions, whether it is current and its sunset in Unix seconds',
    }),
    changedAt: instant,
    tx: hash,
    block: height,
  })
  .meta({ id: 'Parameter', description: 'What the directory says and nodes obey' })

/** A parameter as the API shows it. */
export type ParameterView = z.infer<typeof parameterSchema>

export function toParameterView({
  kind,
  key,
  version,
  value,
  changedAt,
  tx,
  block,
}: ParameterRow): ParameterView {
  const name = storable(hexToString(trim(key, { dir: 'right' })).replace(/\0+$/, ''))
  return { kind, name, version, value, changedAt: toInstant(changedAt), tx, block }
}
