import { readFile } from 'node:fs/promises'
import { expect } from 'chai'
import { simdModule } from '../../agent/learning/kernels/simd-module.ts'
import { compileKernels } from '../../scripts/compile-kernels.ts'

const generated = new URL('../../agent/learning/kernels/simd-module.ts', import.meta.url)

describe('compile-kernels', function () {
  this.timeout(60_000)

  it('makes of the source what is committed, to the byte', async () => {
    expect(await compileKernels()).to.equal(await readFile(generated, 'utf8'))
  })

  it('makes a module that is small enough to be part of a page', () => {
    expect(Buffer.from(simdModule, 'base64').length).to.be.below(4096)
  })
})
