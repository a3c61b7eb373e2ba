import { join } from 'node:path'

/** An agent of a test that is given no directory fails, instead of finding the key of whoever runs the tests: below a file there are no folders. */
process.env.MESH_HOME = join(import.meta.filename, 'home')
