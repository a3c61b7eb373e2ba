import { z } from 'zod'

/** What a home's name consists of, for errors. */
export const HOME_NAME = 'letters, digits, - and _, at most 48'

/** What a home can be called: it names folders, and columns of a CSV. */
export const homeNameSchema = z.string().regex(/^[A-Za-z0-9_-]{1,48}$/, HOME_NAME)
