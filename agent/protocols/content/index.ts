/** Content by its digest: what agents hold, and hand one another chunk by chunk. */
export { VERSIONS } from './constants.ts'
export { Content } from './content.ts'
export type { ContentProvider, FetchOptions } from './inputs.ts'
export { openContentStore } from './open-store.ts'
