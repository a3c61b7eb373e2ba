import { z } from 'zod'
import { listOffers } from '../../store/queries/offers.ts'
import { offerSchema, toOfferView } from '../../views/offer.ts'
import { nowInSeconds } from '../context.ts'
import { defineList } from '../list.ts'
import { hashParameter } from '../parameters.ts'
import { none } from '../route.ts'

export const offers = defineList({
  path: '/v1/intents/{hash}/offers',
  summary: 'Offers to an intent that was published here, which can still be accepted, the last heard first',
  params: z.object({ hash: hashParameter }),
  filters: none,
  item: offerSchema,
  key: z.int().nonnegative(),
  async read(tx, { hash }, request) {
    const { rows, next } = await listOffers(tx, hash, nowInSeconds(), request)
    return { rows: rows.map(toOfferView), next }
  },
})
