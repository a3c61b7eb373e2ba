import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { ConfigError } from '../protocol/errors.ts'
import { expectation } from '../protocol/expectation.ts'
import { addressSchema } from '../protocol/input.ts'
import { beside } from './beside.ts'
import { readCsv } from './csv.ts'
import type { Dataset } from './dataset.ts'
import { parseDecimal } from './decimal.ts'
import { homeNameSchema } from './home-name.ts'
import { parseMoney } from './money.ts'
import { packageRoot } from './package-root.ts'
import { readSlots } from './readings.ts'

/** Most homes of one community on one machine. */
export const MAX_HOMES = 200

/** The community that ships. */
const SHIPPED_COMMUNITY = fileURLToPath(new URL('data/energy/community.json', packageRoot))

/** A word as it stands in the attribute of a capability. */
const sourceSchema = z.string().regex(/^[a-z][a-z0-9_-]{0,31}$/, 'a word such as solar')

const communitySchema = z.strictObject({
  name: z.string().min(1).max(64),
  /** CSV file, relative to this file. */
  data: z.string().min(1),
  slotMinutes: z.number().positive(),
  area: z.string().regex(/^8[0-9a-f]{14}$/, 'an H3 cell, such as 871f8d099ffffff'),
  retailPrice: z.string(),
  feedInPrice: z.string(),
  homes: z
    .array(
      z.strictObject({
        name: homeNameSchema,
        load: z.string().min(1),
        pv: z.string().min(1).optional(),
        kWp: z.number().positive().max(1e6).optional(),
        strategy: z.enum(['honest', 'eager', 'patient']),
        source: sourceSchema.optional(),
        preferences: z
          .strictObject({
            sources: z.exactOptional(z.array(sourceSchema).max(16)),
            neighbours: z.exactOptional(z.array(addressSchema).max(32)),
            /** Seconds. */
            headStart: z.exactOptional(z.int().min(1).max(600).transform(BigInt)),
          })
          .optional(),
      }),
    )
    .min(2)
    .max(MAX_HOMES),
})

/**
 * Reads a community file and the meter readings that it names.
 *
 * @param file path of a JSON file such as `data/energy/community.json`, which is the default
 * @throws ConfigError `COMMUNITY_INVALID` when the JSON cannot be used, and what `readCsv` and `readSlots` throw.
 *
 * @example readCommunity().homes.length // 16
 */
export function readCommunity(file: string = SHIPPED_COMMUNITY): Dataset {
  const community = parseCommunity(file)
  const names = community.homes.map((home) => home.name)
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined) throw invalid(file, 'homes.name', 'names that differ', twice)
  const table = readCsv(beside(file, community.data))
  const homes = community.homes.map(({ kWp, ...home }) => ({
    ...home,
    kWp: kWp === undefined ? undefined : parseKWp(file, kWp),
  }))
  const slots = readSlots(table, homes)
  const minutes = ((slots[0]?.end ?? 0) - (slots[0]?.start ?? 0)) / 60
  if (slots.length > 1 && minutes !== community.slotMinutes) {
    throw invalid(file, 'slotMinutes', `${minutes}, the step of ${table.file}`, community.slotMinutes)
  }
  return {
    name: community.name,
    area: community.area,
    retailPrice: parseMoney(community.retailPrice, `${file}: retailPrice`),
    feedInPrice: parseMoney(community.feedInPrice, `${file}: feedInPrice`),
    homes: community.homes.map(({ name, strategy, source, preferences }) => ({
      ...{ name, strategy: { name: strategy } },
      ...(source && { source }),
      ...(preferences && { preferences }),
    })),
    slots,
  }
}

function parseCommunity(file: string): z.infer<typeof communitySchema> {
  let json: unknown
  try {
    json = JSON.parse(readFileSync(file, 'utf8'))
  } catch (cause) {
    throw invalid(file, '(whole file)', 'a JSON file', cause instanceof Error ? cause.message : cause, cause)
  }
  const result = communitySchema.safeParse(json, { error: expectation })
  if (result.success) return result.data
  const issue = result.error.issues[0]
  const unknown = issue?.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : []
  const path = [...(issue?.path ?? []), ...unknown]
  const received = path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown>)?.[key], json)
  throw invalid(
    file,
    path.join('.') || '(whole file)',
    issue?.message,
    JSON.stringify(received),
    result.error,
  )
}

function parseKWp(file: string, kWp: number) {
  const decimal = parseDecimal(String(kWp))
  if (decimal) return decimal
  throw invalid(file, 'homes.kWp', 'a decimal number with at most 12 decimals', kWp)
}

function invalid(
  file: string,
  path: string,
  expected: unknown,
  received: unknown,
  cause?: unknown,
): ConfigError {
  return new ConfigError('COMMUNITY_INVALID', 'The community file cannot be used.', {
    field: `${file}: ${path}`,
    expected,
    received,
    remedy: 'Correct the field; data/energy/community.json shows every one.',
    cause,
  })
}
