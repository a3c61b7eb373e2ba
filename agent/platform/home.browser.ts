import type * as home from './home.ts'

/** Databases of the page's origin begin with it. */
export const agentHome: typeof home.agentHome = () => 'mesh-agent'
