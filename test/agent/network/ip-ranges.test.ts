import { multiaddr } from '@multiformats/multiaddr'
import { expect } from 'chai'
import { groupOf, isWithin, parseRange, type Range } from '../../../agent/network/ip-ranges.ts'

function range(text: string): Range {
  const parsed = parseRange(text)
  if (parsed === undefined) throw new Error(`no range: ${text}`)
  return parsed
}

describe('ranges of IP addresses', () => {
  it('hold the addresses that begin as they do', () => {
    const cases: [string, string, boolean][] = [
      ['127.0.0.1', '127.0.0.0/8', true],
      ['128.0.0.1', '127.0.0.0/8', false],
      ['10.1.2.127', '10.1.2.0/25', true],
      ['10.1.2.128', '10.1.2.0/25', false],
      ['10.1.2.3', '0.0.0.0/0', true],
      ['10.1.2.3', '10.1.2.3', true],
      ['::1', '::1/128', true],
      ['::2', '::1/128', false],
      ['fd00:1::7', 'fd00:1::/32', true],
      ['fd00:2::7', 'fd00:1::/32', false],
      ['::ffff:127.0.0.1', '127.0.0.0/8', true],
      ['::1', '0.0.0.0/0', false],
      ['10.0.0.0/8', '10.1.0.0/16', false],
    ]
    for (const [inner, outer, expected] of cases) {
      expect(isWithin(range(inner), range(outer)), `${inner} in ${outer}`).to.equal(expected)
    }
  })

  it('are told from what is none', () => {
    for (const text of [
      '',
      'home',
      '10.0.0.0/33',
      '10.0.0.0/-1',
      '10.0.0.0/',
      '1.2.3',
      '::1/129',
      '1.2.3.4/8/8',
    ]) {
      expect(parseRange(text), text).to.equal(undefined)
    }
  })

  it('make groups of who may be one: an IPv4 address, an IPv6 /64, all behind a relay', () => {
    const group = (text: string) => groupOf(multiaddr(text)).group
    const relay = '/p2p/16Uiu2HAmMwFQPAFi4yV77xk3xNRc4N8NYPTrzFq8wC4bHxnQfTBA/p2p-circuit'
    expect(group('/ip4/192.0.2.1/tcp/1')).to.equal(group('/ip4/192.0.2.1/udp/7/quic-v1'))
    expect(group('/ip4/192.0.2.1/tcp/1')).to.not.equal(group('/ip4/192.0.2.2/tcp/1'))
    expect(group('/ip4/192.0.2.1/tcp/1')).to.equal(group('/ip6/::ffff:192.0.2.1/tcp/1'))
    expect(group('/ip6/2001:db8:0:1::1/tcp/1')).to.equal(group('/ip6/2001:db8:0:1:ffff::2/tcp/1'))
    expect(group('/ip6/2001:db8:0:1::1/tcp/1')).to.not.equal(group('/ip6/2001:db8:0:2::1/tcp/1'))
    expect(group(`/ip4/192.0.2.1/tcp/1${relay}`)).to.equal(group(`/ip4/192.0.2.9/tcp/1${relay}`))
    expect(group(`/ip4/192.0.2.1/tcp/1${relay}`)).to.not.equal(group('/ip4/192.0.2.1/tcp/1'))
  })
})
