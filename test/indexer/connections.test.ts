import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { expect } from 'chai'
import { type HttpServer, listen } from '../../indexer/api/server.ts'
import { groupOf } from '../../indexer/api/shares.ts'
import { skipUnlessLinux } from '../agent/support/skip.ts'

const PER_ADDRESS = 3

describe('the connections of one address', () => {
  let server: HttpServer
  let sockets: Socket[]

  beforeEach(async () => {
    sockets = []
    server = await listen((_request, response) => void response.end('here'), '127.0.0.1', 0, {
      all: 512,
      perAddress: PER_ADDRESS,
    })
  })
  afterEach(async () => {
    for (const socket of sockets) socket.destroy()
    await server.close()
  })

  /** What is answered to a connection from an address of this machine; nothing when it is ended. */
  async function ask(localAddress: string): Promise<string> {
    const socket = connect({ port: server.port, host: '127.0.0.1', localAddress })
    sockets.push(socket)
    socket.on('error', () => undefined)
    socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')
    const text = once(socket, 'data').then(([data]) => String(data))
    const end = once(socket, 'close').then(() => '')
    return (await Promise.race([text, end])).split('\r\n')[0] ?? ''
  }

  it('are bounded, and take nothing from other addresses', async function () {
    skipUnlessLinux(this, 'a second address of the loopback answers by itself on Linux alone')
    const held = await Promise.all(Array.from({ length: PER_ADDRESS }, () => ask('127.0.0.1')))
    expect(held).to.deep.equal(Array(PER_ADDRESS).fill('HTTP/1.1 200 OK'))
    expect(await ask('127.0.0.1')).to.equal('')
    expect(await ask('127.0.0.2')).to.equal('HTTP/1.1 200 OK')
  })

  it('make room when they end', async () => {
    await Promise.all(Array.from({ length: PER_ADDRESS }, () => ask('127.0.0.1')))
    sockets[0]?.destroy()
    let answer: string
    do answer = await ask('127.0.0.1')
    while (answer === '')
    expect(answer).to.equal('HTTP/1.1 200 OK')
  })

  it('are those of an IPv4 address, or of an IPv6 /64', () => {
    expect(groupOf('::ffff:192.0.2.1')).to.equal(groupOf('192.0.2.1'))
    expect(groupOf('2001:db8::1')).to.equal(groupOf('2001:db8:0:0:5:6:7:8'))
    expect(groupOf('fe80::1%eth0')).to.equal(groupOf('fe80::2%eth0'))
    expect(groupOf('2001:db8::1')).to.not.equal(groupOf('2001:db8:0:1::1'))
    expect(groupOf('192.0.2.1')).to.not.equal(groupOf('192.0.2.2'))
  })
})
