import { multiaddr } from '@multiformats/multiaddr'
import { expect } from 'chai'
import { carrierOf } from '../../../agent/network/carrier.ts'
import { dialable } from '../../../agent/network/dialable.ts'
import { newIdentity } from '../support/intents.ts'

const QUIC = '/ip4/192.0.2.7/udp/4001/quic-v1'
const TCP = '/ip4/192.0.2.7/tcp/4001'

describe('the carrier that endpoints name', () => {
  const carrier = newIdentity().peerId
  const other = newIdentity().peerId

  it('is the peer with which all of them end', () => {
    expect(carrierOf([`${QUIC}/p2p/${carrier}`, `${TCP}/p2p/${carrier}`])?.toString()).to.equal(`${carrier}`)
    expect(carrierOf([`${TCP}/p2p/${other}/p2p-circuit/p2p/${carrier}`])?.toString()).to.equal(`${carrier}`)
  })

  it('is none where they disagree, where one says nobody, or the name is nobody’s', () => {
    expect(carrierOf([])).to.equal(undefined)
    expect(carrierOf([QUIC, TCP])).to.equal(undefined)
    expect(carrierOf([`${QUIC}/p2p/${carrier}`, TCP])).to.equal(undefined)
    expect(carrierOf([`${QUIC}/p2p/${carrier}`, `${TCP}/p2p/${other}`])).to.equal(undefined)
    expect(carrierOf([`${TCP}/p2p/${other}/p2p-circuit`])).to.equal(undefined)
    expect(carrierOf([`${QUIC}/p2p/16Uiu2HAmNobody`])).to.equal(undefined)
    // An Ed25519 key: no agent has one.
    expect(carrierOf([`${QUIC}/p2p/12D3KooWGzBNVPMSBMBRBTSN7yN7pHXWxwVVLSSdFFgM9tJ2bTpY`])).to.equal(
      undefined,
    )
  })

  it('is dialled at endpoints that end with it already, and nobody else there', () => {
    const [known, foreign] = [`${TCP}/p2p/${carrier}`, `${TCP}/p2p/${other}`]
    expect(dialable([known, QUIC], carrier).map(String)).to.deep.equal([known, `${QUIC}/p2p/${carrier}`])
    expect(dialable([foreign], carrier).map((each) => multiaddr(each).toString())).to.deep.equal([])
  })
})
