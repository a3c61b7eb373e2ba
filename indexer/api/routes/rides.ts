import { z } from 'zod'
import { listRides } from '../../store/queries/rides.ts'
import { agreementStatus } from '../../views/agreement.ts'
import { rideSchema, toRideView } from '../../views/ride.ts'
import { defineList } from '../list.ts'
import { positionKey } from '../pagination.ts'
import { addressParameter, areaParameter } from '../parameters.ts'

export const rides = defineList({
  path: '/v1/rides',
  summary: 'Agreements about rides whose requests were heard, the last opened first',
  filters: z.object({
    rider: addressParameter.optional(),
    driver: addressParameter.optional(),
    status: agreementStatus.optional(),
    area: areaParameter.optional().meta({ description: "H3 cell that the pick-up's is, or lies in" }),
  }),
  item: rideSchema,
  key: positionKey,
  async read(tx, filters, page) {
    const { rows, next } = await listRides(tx, filters, page)
    return { rows: rows.map(toRideView), next }
  },
})
