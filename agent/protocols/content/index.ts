/** Content by its digest: what agents hold, and hand one another chunk by chunk. */
export { VERSIONS } from './constants.ts'
export { Content, type FetchOptions, type Provider } from './content.ts'
export { openContentStore } from './open-store.ts'
