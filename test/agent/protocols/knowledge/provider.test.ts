import { expect } from 'chai'
import { toBytes } from 'viem'
import { identityFromKey } from '../../../../agent/network/identity.ts'
import { openKnowledge } from '../../../../agent/protocols/knowledge/answer.ts'
import { KnowledgeProvider, type KnowledgeService } from '../../../../agent/protocols/knowledge/provider.ts'
import { CHAINLESS, meshDomain } from '../../../../protocol/deployment.ts'
import type { Reuse } from '../../../../protocol/types.ts'

const identity = identityFromKey(new Uint8Array(32).fill(7))
const domain = meshDomain(CHAINLESS)

describe('the provider of knowledge', () => {
  let provider: KnowledgeProvider
  let now: bigint
  let computed: number

  beforeEach(() => {
    now = 1_000n
    computed = 0
    provider = new KnowledgeProvider({ identity, domain, now: () => now })
  })

  const serviceOf = (body: string, reuse: Reuse = 'resale', licence = 'MIT'): KnowledgeService => ({
    capability: 'data.prices',
    terms: { ttl: 60n, licence, reuse },
    handler: () => {
      computed += 1
      return { kind: 'dataset', contentType: 'text/plain', body }
    },
  })
  const ask = async (service: KnowledgeService) => {
    const asking = { from: identity.address, signal: new AbortController().signal }
    return openKnowledge(domain, await provider.answer(service, toBytes('monday'), asking))
  }

  it('computes what may be passed on once while it holds, and what may not each time', async () => {
    const [passed, kept] = [serviceOf('seventeen'), serviceOf('seventeen', 'none')]
    for (const service of [passed, passed, kept, kept]) await ask(service)
    expect(computed).to.equal(3)
    now += 60n
    await ask(passed)
    expect(computed).to.equal(4)
  })

  it('gives no answer of a service that was ended, be it wrong or on other terms', async () => {
    await ask(serviceOf('seventeen'))
    expect(await ask(serviceOf('eighteen'))).to.include({ text: 'eighteen' })
    expect((await ask(serviceOf('eighteen', 'share', 'CC-BY-4.0'))).value).to.include({
      reuse: 'share',
      licence: 'CC-BY-4.0',
    })
  })
})
