import { type Command, InvalidArgumentError } from 'commander'
import { isAddress } from 'viem'
import type { Address } from '../agent/index.ts'
import { integer } from './options.ts'

/** What an API allows its clients. */
export interface LimitOptions {
  readsPerMinute?: number
  writesPerMinute?: number
  price?: bigint
  servicePrice?: bigint
  payTo?: Address
}

/** Adds the options that say what an API allows its clients. */
export function withLimitOptions(command: Command): Command {
  const perMinute = integer(0, 1_000_000_000)
  return command
    .option(
      '--reads-per-minute <n>',
      'requests of one address a minute that read (default: 3000); with a key more',
      perMinute,
    )
    .option('--writes-per-minute <n>', 'those that have something done (default: 120)', perMinute)
    .option(
      '--price <units>',
      "what a read beyond those costs, by x402, in minor units of the market's token (default: none is sold)",
      (text) => BigInt(integer(1, 1_000_000_000_000)(text)),
    )
    .option(
      '--service-price <units>',
      "most that an agent's answer may cost that clients ask for here and pay by x402 (default: none is asked)",
      (text) => BigInt(integer(0, 1_000_000_000_000)(text)),
    )
    .option('--pay-to <address>', 'who is paid (default: the account that pays the gas)', address)
}

/** Mixed case has to be the checksum's: a slip of one digit pays somebody else. */
function address(text: string): Address {
  if (isAddress(text)) return text
  throw new InvalidArgumentError(
    'It has to be an address: 0x and 40 hexadecimal digits, as its checksum has them.',
  )
}
