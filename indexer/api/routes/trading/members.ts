import { z } from 'zod'
import { hash } from '../../../views/scalars.ts'

/** Members that the answers of several routes have. */

export const id = hash.meta({ description: "The agreement's id on chain" })
export const state = z.string().meta({
  description:
    'How far the deal is: `offered`, `signed`, `opened`, `delivered`, `reported`, `released`, `settled`, …',
})
