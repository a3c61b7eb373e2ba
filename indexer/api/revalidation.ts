import type { Request, Response } from 'express'
import { readMeta } from '../store/queries/meta.ts'
import type { Meta } from '../views/meta.ts'
import type { ApiContext } from './context.ts'

/** Tags an answer that follows from the chain alone by the block that it is true of: at one URL there is one for each block. */
export function tagWithBlock(reply: Response, { meta }: { meta: Pick<Meta, 'blockHash'> }): void {
  reply.set('ETag', `W/"${meta.blockHash}"`)
}

/**
 * Whether who asks has the answer of the newest block already, and was told so: that costs one row, where a tag made of the
 * answer would cost the answer.
 */
export async function isKnown(request: Request, reply: Response, { store }: ApiContext): Promise<boolean> {
  if (request.headers['if-none-match'] === undefined) return false
  tagWithBlock(reply, { meta: await store.transaction(readMeta) })
  if (request.fresh) reply.status(304).end()
  else reply.removeHeader('ETag')
  return reply.headersSent
}
