import { z } from 'zod'
import { membersOf } from '../../../protocol/input.ts'
import type { Condition, Extent, Query, Within } from '../../query/query.ts'

/** Which agents are looked for: a `Query`, of which the capabilities alone must be said. */
export type AgentQuery = Partial<Query> & Pick<Query, 'capabilities'>

const words = z.array(z.string())

const extentSchema: z.ZodType<Extent> = z.union([
  membersOf<{ min: bigint; max: bigint }>({ min: z.bigint(), max: z.bigint() }),
  membersOf<{ from: bigint; to: bigint }>({ from: z.bigint(), to: z.bigint() }),
  membersOf<{ cell: string }>({ cell: z.string() }),
])

/** All that a condition may say of its attribute, each of which makes a condition of its own. */
const operators = {
  atMost: z.bigint(),
  atLeast: z.bigint(),
  oneOf: words,
  allOf: words,
  covers: extentSchema,
  overlaps: extentSchema,
}

interface Stated extends Partial<z.infer<z.ZodObject<typeof operators>>> {
  attribute: string
}

const conditionSchema = membersOf<Stated>({
  attribute: z.string(),
  ...z.object(operators).partial().shape,
}).refine(
  (condition) => Object.keys(condition).length === 2,
  `an attribute, and one of ${Object.keys(operators).join(', ')}`,
) as z.ZodType<unknown> as z.ZodType<Condition>

/** The types of a query; its bounds are those of `checkQuery`. */
export const agentQuerySchema = membersOf<AgentQuery>(
  {
    capabilities: z.array(z.string(), 'a list of capabilities, at least of one'),
    where: z.exactOptional(z.array(conditionSchema)),
    within: membersOf<Within>({ km: z.number(), of: z.string().optional() }).optional(),
    minReputation: z.number().optional(),
    minStake: z.bigint().optional(),
    limit: z.number().optional(),
  },
  'an object with `capabilities`',
)
