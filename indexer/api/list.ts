import { z } from 'zod'
import type { Page, PageRequest } from '../store/queries/page.ts'
import type { Tx } from '../store/store.ts'
import { metaSchema } from '../views/meta.ts'
import { type ApiContext, readWithMeta } from './context.ts'
import { cursorParameter, encodeCursor, limitParameter } from './pagination.ts'
import { defineRoute, none, type Route } from './route.ts'

type CursorKey = bigint | number | readonly number[]

interface ListDefinition<
  P extends z.ZodObject,
  F extends z.ZodObject,
  I extends z.ZodType,
  Key extends CursorKey,
> {
  path: string
  summary: string
  /** Path parameters, of a list that belongs to something. */
  params?: P
  filters: F
  item: I
  /** See `RouteDefinition`. */
  followsChain?: true
  /** What a cursor holds. */
  key: z.ZodType<Key>
  read(
    tx: Tx,
    filters: z.output<P> & z.output<F>,
    page: PageRequest<Key>,
    context: ApiContext,
  ): Promise<Page<z.input<I>, Key>>
}

/** Defines a route that lists entries, newest first, page by page. */
export function defineList<
  F extends z.ZodObject,
  I extends z.ZodType,
  Key extends CursorKey,
  P extends z.ZodObject = z.ZodObject<Record<never, never>>,
>(definition: ListDefinition<P, F, I, Key>): Route {
  const { path, summary, params = none, filters, item, followsChain, key, read } = definition
  return defineRoute({
    path,
    summary,
    params,
    filters,
    paging: z.object({ limit: limitParameter, cursor: cursorParameter(key) }),
    response: z.object({
      data: z.array(item),
      page: z
        .object({ nextCursor: z.string().nullable() })
        .meta({ id: 'Page', description: 'null at the end' }),
      meta: metaSchema,
    }),
    ...(followsChain && { followsChain }),
    async answer({ params, filters, paging: { limit, cursor } }, context) {
      const page = { limit, after: cursor }
      const all = { ...params, ...filters } as z.output<P> & z.output<F>
      const { data, meta } = await readWithMeta(context, (tx) => read(tx, all, page, context))
      return {
        data: data.rows,
        page: { nextCursor: data.next === null ? null : encodeCursor(data.next) },
        meta,
      }
    },
  })
}
