/** Loaded through NODE_OPTIONS into every Node process below the launcher, also into tools that know nothing of it. */
import { isMainThread } from 'node:worker_threads'
import { dieWithParent } from './die-with-parent.mjs'

const launcher = Number(process.env.MESH_LAUNCHER_PID)
if (isMainThread) dieWithParent({ graceMs: 3000, ...(launcher > 0 && { launcher }) })
