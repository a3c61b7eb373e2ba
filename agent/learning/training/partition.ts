import { checkCount, checkLength, checkOption } from '../models/checks.ts'
import type { Examples } from '../models/index.ts'
import { permutation } from '../random.ts'
import { selectRows } from './rows.ts'

/** How examples are spread over clients. */
export const SPLITS = ['iid', 'noniid'] as const
export type Split = (typeof SPLITS)[number]

/** Shards of each client where they are sorted by label: most clients then know two classes, or three. */
const SHARDS = 2

/**
 * Spreads examples over clients. Shards differ by one row at most, so clients do by one (`iid`) or two (`noniid`).
 *
 * `iid`: shuffled, then cut. `noniid`: sorted by label, cut into two shards per client, and each client is dealt two.
 *
 * Source: McMahan, Moore, Ramage, Hampson and Agüera y Arcas, "Communication-efficient learning of deep networks from
 * decentralized data" (AISTATS 2017), section 3.
 *
 * @param examples of classes: one target a row
 * @param draw uniform numbers from 0 to below 1
 * @returns the examples of each client
 * @throws ConfigError `OPTION_INVALID` unless the clients are a positive integer, and each gets an example (a shard) at least,
 *   `SHAPE_MISMATCH` unless there is one target a row
 *
 * @example
 * ```ts
 * const examples = { rows: 4, inputs: Float32Array.of(1, 2, 3, 4), targets: Float32Array.of(1, 0, 1, 0) }
 * partition(examples, 2, 'noniid', uniformDraws(1)) // two of two rows each; every row is with one client
 * ```
 */
export function partition(examples: Examples, clients: number, split: Split, draw: () => number): Examples[] {
  const shards = split === 'iid' ? 1 : SHARDS
  checkCount('clients', clients)
  checkLength('examples.targets', examples.targets, examples.rows)
  checkOption(
    'clients',
    clients,
    clients * shards <= examples.rows,
    `at most ${Math.floor(examples.rows / shards)}`,
  )
  const order = permutation(examples.rows, draw)
  if (split === 'noniid') {
    order.sort((a, b) => (examples.targets[a] ?? 0) - (examples.targets[b] ?? 0))
  }
  const dealt =
    split === 'iid' ? Uint32Array.from({ length: clients }, (_, i) => i) : permutation(clients * shards, draw)
  return Array.from({ length: clients }, (_, client) => {
    const own = dealt.subarray(client * shards, (client + 1) * shards)
    return selectRows(
      examples,
      [...own].flatMap((shard) => [...partOf(order, shard, clients * shards)]),
    )
  })
}

/** One of so many parts of a sequence, which are as long as one another to within one. */
function partOf(order: Uint32Array, part: number, parts: number): Uint32Array {
  const bound = (index: number) => Math.floor((index * order.length) / parts)
  return order.subarray(bound(part), bound(part + 1))
}
