import { expect } from 'chai'
import { MeshNetwork } from '../../../agent/index.ts'
import { failure } from '../support/plain.ts'

describe('an older runtime', () => {
  const stack = Object.getOwnPropertyDescriptor(globalThis, 'AsyncDisposableStack') as PropertyDescriptor

  afterEach(() => Object.defineProperty(globalThis, 'AsyncDisposableStack', stack))

  it('is refused before anything is done, with the version that is needed', async () => {
    Reflect.deleteProperty(globalThis, 'AsyncDisposableStack')
    const error = await failure(() => new MeshNetwork({ directory: false }))
    expect(error).to.include({ code: 'RUNTIME_TOO_OLD', received: `Node ${process.versions.node}` })
    expect(error).to.have.property('remedy').that.includes('Node 24.12')
  })
})
