import { isValidCell } from 'h3-js'
import { getAddress } from 'viem'
import { z } from 'zod'
import { parseQuery, type Query } from '../../agent/index.ts'
import { isName } from '../../protocol/capability.ts'
import { QueryError } from '../../protocol/errors.ts'
import { FULL_SCORE } from '../../protocol/score.ts'
import type { Hex } from '../../protocol/types.ts'
import { wordsOf } from '../store/text.ts'
import { MAX_SECONDS } from '../views/scalars.ts'

/** An address in either case; the index holds them checksummed. */
export const addressParameter = z
  .string()
  .regex(/^0x[0-9a-fA-F]{40}$/, 'an address: 0x and 40 hexadecimal digits')
  .transform((text) => getAddress(text.toLowerCase()))

/** 32 bytes in either case; the index holds them in lower case. */
export const hashParameter = z
  .string()
  .regex(/^0x[0-9a-fA-F]{64}$/, '32 bytes: 0x and 64 hexadecimal digits')
  .transform((text) => text.toLowerCase() as Hex)

/** An id of the identity registry. */
export const agentIdParameter = z
  .string()
  .regex(/^\d{1,78}$/, 'an agent id: decimal digits')
  .transform(BigInt)

/** An id of the governor. */
export const proposalIdParameter = z
  .string()
  .regex(/^\d{1,78}$/, 'the id of a proposal: decimal digits')
  .transform(BigInt)

/** Number of a slot of an energy market. */
export const slotParameter = z
  .string()
  .regex(/^\d{1,20}$/, 'the number of a slot: decimal digits')
  .transform(BigInt)

const TIME = `Unix seconds: decimal digits, at most ${MAX_SECONDS}`

/** A time as what is signed has it. */
export const timeParameter = z
  .string()
  .regex(/^\d{1,13}$/, TIME)
  .transform(BigInt)
  .refine((time) => time <= MAX_SECONDS, TIME)
  .meta({ example: '1735689600' })

/** The name of a capability. */
export const capabilityParameter = z
  .string()
  .refine(isName, 'the name of a capability, such as energy.supply')
  .meta({ example: 'energy.supply' })

/** An H3 cell in either case; the index holds them in lower case. */
export const areaParameter = z
  .string()
  .refine(isValidCell, 'an H3 cell, such as 871f8d099ffffff')
  .transform((text) => text.toLowerCase())
  .meta({ example: '871f8d099ffffff' })

/** Least reputation, from 0 to 1; becomes a score of the registry. */
export const reputationParameter = z
  .string()
  .regex(/^(0(\.\d{1,4})?|1(\.0{1,4})?)$/, 'a number from 0 to 1, at most four decimals')
  .transform((text) => (BigInt(Math.round(Number(text) * 10_000)) * FULL_SCORE) / 10_000n)
  .meta({ description: 'Least reputation, from 0 to 1', example: '0.8' })

const WORDS = '1 to 8 words of letters and digits, 2 to 64 characters each'

/** Words that somebody looks for. */
export const wordsParameter = z
  .string()
  .regex(/^\P{Cc}{1,600}$/u, WORDS)
  .transform(wordsOf)
  .refine((words) => words.length >= 1 && words.length <= 8, WORDS)
  .refine((words) => words.every((word) => word.length >= 2 && word.length <= 64), WORDS)
  .meta({
    type: 'string',
    description: 'Beginnings of words of its registration: name and description, or the URI',
    example: 'solar roof',
  })

/** A query in the language of agents. An API is in no place and has a page's limit of its own. */
export const queryParameter = z
  .string()
  .transform((text, context): Query => {
    try {
      const query = parseQuery(text)
      if (query.limit !== undefined) context.addIssue('no limit: the parameter of that name says it')
      else if (query.within !== undefined && query.within.of === undefined) {
        context.addIssue('a circle around a place: within … km of …')
      } else return query
    } catch (error) {
      if (!(error instanceof QueryError)) throw error
      context.addIssue(`${error.expected} at character ${error.position}`)
    }
    return z.NEVER
  })
  .meta({
    type: 'string',
    description: 'What its capability record has to fulfil; docs/protocol/agents.md has the language',
    example: 'energy.supply where source = solar and reputation >= 0.8',
  })

/** By whom agreements and trades are chosen. */
export const partyFilters = {
  buyer: addressParameter.optional(),
  seller: addressParameter.optional(),
  agent: addressParameter.optional().meta({ description: 'Buyer or seller' }),
}
