import { z } from 'zod'

/** How values look over HTTP. A bigint is a decimal string, because JSON numbers end at 2^53. */

export const address = z
  .string()
  .regex(/^0x[0-9a-fA-F]{40}$/)
  .meta({ description: 'EVM address', example: '0x70997970C51812dc3A010C7d01b50e0d17dc79C8' })

export const hash = z
  .string()
  .regex(/^0x[0-9a-f]{64}$/)
  .meta({ description: '32 bytes, hexadecimal' })

export const bytes = z
  .string()
  .regex(/^0x([0-9a-f]{2})*$/)
  .meta({ description: 'Bytes, hexadecimal' })

export const amount = z
  .string()
  .regex(/^-?\d+$/)
  .meta({ description: 'Integer as decimal digits: money in minor units, energy in Wh', example: '47500' })

export const unixSeconds = z
  .string()
  .regex(/^\d+$/)
  .meta({ description: 'Unix seconds, as they were signed', example: '1735689600' })

export const instant = z.iso
  .datetime()
  .meta({ description: 'UTC instant', example: '2025-01-01T00:00:00.000Z' })

export const height = z.int().nonnegative().meta({ description: 'Block number' })

/** Latest instant that JavaScript can name, in Unix seconds. */
export const MAX_SECONDS = 8.64e12

/** ISO 8601 text of Unix seconds, at most `MAX_SECONDS`. */
export function toInstant(seconds: number): string {
  return new Date(seconds * 1000).toISOString()
}

/** Applies `convert` to what is there. */
export function orNull<T, U>(value: T | null, convert: (value: T) => U): U | null {
  return value === null ? null : convert(value)
}
