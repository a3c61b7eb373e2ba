import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { expect } from 'chai'
import { ConfigError, loadKey, MeshNetwork, readDeals, startRelay } from '../../agent/index.ts'
import { failure, itMisses, itRefuses, Plain } from './support/plain.ts'

const relay = startRelay as (...args: unknown[]) => unknown
const RELAY = { key: new Uint8Array(32), host: '127.0.0.1', port: 0, stunPort: 0 }

describe('an option of an agent, or of a relay', () => {
  itRefuses([
    ['no options', () => new Plain(), 'init', 'an object of options, such as { bootstrapPeers }', 'nothing'],
    [
      'options that are none',
      () => new Plain('x'),
      'init',
      'an object of options, such as { bootstrapPeers }',
      '"x"',
    ],
    [
      'one peer instead of a list',
      () => new Plain({ bootstrapPeers: 'x' }),
      'bootstrapPeers',
      'an array',
      '"x"',
      '[…]',
    ],
    [
      'a peer that is no text',
      () => new Plain({ bootstrapPeers: ['a', 5] }),
      'bootstrapPeers[1]',
      'a string',
      '5',
    ],
    [
      'a capability by its number',
      () => new Plain({ capabilities: [1] }),
      'capabilities[0]',
      'a string, or a capability with its name',
      '1',
    ],
    [
      'numbers in a range',
      () =>
        new Plain({
          capabilities: [{ name: 'a', attributes: [{ name: 'price', type: 'range', min: 1, max: 2n }] }],
        }),
      'capabilities[0].attributes[0].min',
      'a bigint',
      '1',
      '`1n`',
    ],
    [
      'numbers in the policy',
      () => new Plain({ policy: { maxPayment: 5 } }),
      'policy.maxPayment',
      'a bigint',
      '5',
      '`5n`',
    ],
    [
      'an open limit',
      () => new Plain({ policy: { maxPayment: undefined } }),
      'policy.maxPayment',
      'a bigint',
      'nothing',
    ],
    [
      'an answer of the API instead of its data',
      () => new Plain({ network: { data: {} } }),
      'network',
      'a network descriptor (`data` of what `/v1/network` answers), or a deployment',
      'an object with data',
    ],
    ['a handler that is none', () => new Plain({ onError: 'log' }), 'onError', 'a function', '"log"'],
    [
      'a way to pay that is none',
      () => new Plain({ paymentMethod: 'cash' }),
      'paymentMethod',
      'one of balance, authorization, mandate',
      '"cash"',
    ],
    [
      'an address to listen at that is none',
      () => new Plain({ listen: ['nowhere'] }),
      'listen[0]',
      'a multiaddr, such as /ip4/0.0.0.0/tcp/4002/ws',
      '"nowhere"',
    ],
    [
      'a directory without a name',
      () => new Plain({ directory: '' }),
      'directory',
      'at least 1 character',
      '""',
    ],
    [
      'a domain that is none',
      () => new Plain({ domains: ['Energy!'] }),
      'domains[0]',
      'a domain, which is what is before the dot of a capability: energy',
      '"Energy!"',
    ],
    [
      'a capability for a domain',
      () => new Plain({ domains: ['energy.supply'] }),
      'domains[0]',
      'a domain, which is what is before the dot of a capability: energy',
      '"energy.supply"',
    ],
    [
      'an attribute of a kind that there is not',
      () => new Plain({ capabilities: [{ name: 'a', attributes: [{ name: 'price', type: 'rang' }] }] }),
      'capabilities[0].attributes[0].type',
      'one of range, span, set, area',
      '"rang"',
    ],
    [
      'a promise of a network',
      () => new Plain({ network: Promise.resolve({}) }),
      'network',
      'a network descriptor (`data` of what `/v1/network` answers), or a deployment',
      'a promise',
      '`await`',
    ],
    ['no path of a key', () => (loadKey as () => unknown)(), 'path', 'a string', 'nothing'],
    ['no directory of deals', () => (readDeals as () => unknown)(), 'directory', 'a string', 'nothing'],
    [
      'no options of a relay',
      () => relay(),
      'init',
      'an object of options, such as { key, host, port, stunPort }',
      'nothing',
    ],
    ['a key of a relay as text', () => relay({ ...RELAY, key: 'ab' }), 'key', '32 bytes', '"ab"'],
    ['a port that is none', () => relay({ ...RELAY, port: 70_000 }), 'port', 'at most 65535', '70000'],
  ])

  itMisses([
    [() => new Plain({ bootstrapPeer: ['x'] }), 'bootstrapPeer', 'Did you mean `bootstrapPeers`?'],
    [() => new Plain({ BootstrapPeers: ['x'] }), 'BootstrapPeers', 'Did you mean `bootstrapPeers`?'],
    [() => new Plain({ policy: { maxPayments: 1n } }), 'policy.maxPayments', 'Did you mean `maxPayment`?'],
  ])

  it('is refused at once when it is out of its bounds, and no peer is blamed', async () => {
    const id = '12D3KooWLRPJfTXTa2AXnGYBcvz5ETbbGGRFVTz9YBLLrNkhaCkL'
    const given: [object, string, string][] = [
      [{ capabilities: ['Energy'] }, 'CAPABILITY_INVALID', 'capabilities[0].name'],
      [{ area: 'here' }, 'AREA_INVALID', 'area'],
      [{ bootstrapPeers: [`/ip4/127.0.0.1/tcp/1/p2p/${id}`, 'x'] }, 'MULTIADDR_INVALID', 'bootstrapPeers[1]'],
      [{ bootstrapPeers: ['/ip4/127.0.0.1/tcp/1'] }, 'MULTIADDR_INVALID', 'bootstrapPeers[0]'],
    ]
    for (const [init, code, field] of given) {
      const error = await failure(() => new Plain(init))
      expect(error).to.be.instanceOf(ConfigError).that.includes({ code, field })
    }
  })

  it('says which capability was meant that is served', async () => {
    const agent = new Plain({ directory: false, capabilities: ['image-generation'] })
    const error = await failure(() => agent.serve?.('image-generatoin', () => ''))
    expect(error).to.include({ code: 'SERVICE_INVALID', remedy: 'Did you mean `image-generation`?' })
  })

  it('is refused when somebody else listens at an address', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const listen = [`/ip4/127.0.0.1/tcp/${(other.address() as AddressInfo).port}`]
    const key = crypto.getRandomValues(new Uint8Array(32))
    const relay = await startRelay({ key, host: '127.0.0.1', port: 0, stunPort: 0 })
    try {
      const error = await failure(() =>
        new MeshNetwork({ listen, directory: false, bootstrapPeers: relay.multiaddrs }).connect(),
      )
      expect(error).to.include({ code: 'LISTEN_FAILED', field: 'listen' })
      expect(error).to.have.property('received').that.includes(listen[0]).and.includes('EADDRINUSE')
    } finally {
      await relay.stop()
      other.close()
    }
  })

  it('is not looked at twice: a descriptor may say what this version does not know', () => {
    const network = { deployment: {}, motto: 'from a later version' }
    expect(() => new Plain({ network, directory: false })).not.to.throw()
  })
})
