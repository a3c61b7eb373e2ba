import { expect } from 'chai'
import { post } from '../../../indexer/webhooks/post.ts'
import { isPublic } from '../../../indexer/webhooks/public-addresses.ts'
import { addressesOf, parseReceiver } from '../../../indexer/webhooks/receiver.ts'
import { backoff } from '../../../indexer/webhooks/retries.ts'
import { signedHeaders } from '../../../indexer/webhooks/signature.ts'
import { Receiver } from '../support/receiver.ts'

const resolvesTo =
  (...addresses: string[]) =>
  async () =>
    addresses

async function codeOf(attempt: () => unknown): Promise<string> {
  try {
    await attempt()
    return 'none'
  } catch (error) {
    return (error as { code: string }).code
  }
}

describe('where webhooks may lead', () => {
  it('are addresses of the public internet', () => {
    const open = ['1.1.1.1', '8.8.8.8', '172.32.0.1', '2606:4700:4700::1111', '2a00:1450:4001:82a::200e']
    for (const address of open) expect(isPublic(address), address).to.equal(true)
    const closed = [
      ...['0.0.0.0', '10.1.2.3', '100.64.0.1', '127.0.0.1', '127.9.9.9', '169.254.169.254', '172.16.0.1'],
      ...[
        '172.31.255.255',
        '192.168.1.1',
        '198.18.0.1',
        '192.0.2.1',
        '224.0.0.1',
        '255.255.255.255',
        '240.0.0.1',
      ],
      ...[
        '::',
        '::1',
        '::ffff:127.0.0.1',
        '::ffff:8.8.8.8',
        '::7f00:1',
        '64:ff9b::7f00:1',
        '64:ff9b::a9fe:a9fe',
      ],
      ...[
        'fe80::1',
        'fe80::1%eth0',
        'fc00::1',
        'fd00:ec2::254',
        'ff02::1',
        '2002:7f00:1::',
        '2001::1',
        '2001:db8::1',
      ],
      ...['localhost', '', '1.2.3', '1.2.3.4.5'],
    ]
    for (const address of closed) expect(isPublic(address), address).to.equal(false)
  })

  it('are https URLs of names and public addresses', async () => {
    const reach = { local: false }
    const open = [
      'https://example.com/hook',
      'https://example.com:8443/',
      'https://1.1.1.1/',
      'https://[2606:4700::1]/',
    ]
    for (const url of open) expect(parseReceiver(url, reach).href).to.equal(url)
    const closed = [
      ...['', 'example.com', '/hook', 'http://example.com/', 'ftp://example.com/', 'file:///etc/passwd'],
      ...['https://user@example.com/', 'https://:secret@example.com/', 'https://example.com/#a'],
      ...['https://example.com:22/', 'https://example.com:80/', `https://example.com/${'x'.repeat(1_024)}`],
      // The same address, written in every way that URLs allow.
      ...[
        'https://127.0.0.1/',
        'https://127.1/',
        'https://2130706433/',
        'https://0x7f000001/',
        'https://0177.0.0.1/',
      ],
      ...['https://[::1]/', 'https://[::ffff:127.0.0.1]/', 'https://[::ffff:7f00:1]/', 'https://①②⑦.0.0.1/'],
      ...[
        'https://10.0.0.1/',
        'https://169.254.169.254/latest/meta-data',
        'https://[fd00:ec2::254]/',
        'https://0/',
      ],
    ]
    for (const url of closed) {
      expect(await codeOf(() => parseReceiver(url, reach)), url).to.equal('RECEIVER_REFUSED')
    }
  })

  it('are looked at when a name is resolved: all its addresses have to be public', async () => {
    const reach = (...addresses: string[]) => ({ local: false, resolve: resolvesTo(...addresses) })
    expect(await addressesOf('a.example', reach('1.1.1.1', '2606:4700::1'))).to.have.length(2)
    for (const addresses of [
      ['127.0.0.1'],
      ['1.1.1.1', '10.0.0.1'],
      ['169.254.169.254'],
      ['::1'],
      ['fe80::1'],
      [],
    ]) {
      const code = await codeOf(() => addressesOf('a.example', reach(...addresses)))
      expect(code, addresses.join()).to.equal('RECEIVER_REFUSED')
    }
    expect(await codeOf(() => addressesOf('localhost', reach('127.0.0.1')))).to.equal('RECEIVER_REFUSED')
  })

  it('are this machine too where its owner says so, and no network behind it', async () => {
    const reach = { local: true, resolve: resolvesTo('127.0.0.1') }
    for (const url of [
      'http://127.0.0.1:80/',
      'http://localhost:8000/',
      'http://[::1]:8000/',
      'https://localhost/',
    ]) {
      expect(parseReceiver(url, reach).href).to.equal(url.replace(':80/', '/'))
    }
    for (const url of [
      'http://example.com/',
      'http://10.0.0.1/',
      'https://10.0.0.1/',
      'https://169.254.169.254/',
    ]) {
      expect(await codeOf(() => parseReceiver(url, reach)), url).to.equal('RECEIVER_REFUSED')
    }
    expect(await addressesOf('localhost', reach)).to.deep.equal(['127.0.0.1'])
    // A name that somebody has point here is not this machine's.
    expect(await codeOf(() => addressesOf('rebound.example', reach))).to.equal('RECEIVER_REFUSED')
  })
})

describe('a receiver', () => {
  it('is not waited for longer than it is said, and read no further than an answer has to be', async () => {
    const receiver = await Receiver.start()
    try {
      receiver.answer = () => new Promise(() => {})
      const reach = { local: true, resolve: resolvesTo() }
      const send = (signal: AbortSignal) =>
        post(new URL(receiver.url), {}, '{"type":"intent"}', reach, signal)
      const leaving = new AbortController()
      const waiting = send(leaving.signal).catch((error: Error) => error.name)
      await receiver.until(() => true)
      leaving.abort()
      expect(await waiting).to.equal('AbortError')
      receiver.answer = () => ({ status: 200, body: 'x'.repeat(10_000_000) })
      const { status, text } = await send(AbortSignal.timeout(10_000))
      expect([status, text.length]).to.deep.equal([200, 4_096])
    } finally {
      await receiver.stop()
    }
  })
})

describe('a webhook that failed', () => {
  it('is tried again after twice as long each time, up to an hour, of which chance decides half', () => {
    const longest = Array.from({ length: 14 }, (_, index) => backoff(index + 1, 1) / 1000)
    expect(longest).to.deep.equal([5, 10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600, 3600, 3600])
    for (const failures of [1, 5, 100]) expect(backoff(failures, 0)).to.equal(backoff(failures, 1) / 2)
  })
})

describe('a signed message', () => {
  it('is signed as Standard Webhooks has it', () => {
    // Test vector of the reference libraries of https://github.com/standard-webhooks/standard-webhooks
    const headers = signedHeaders(
      'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
      'msg_p5jXN8AQM9LWM0D4loKWxJek',
      1_614_265_330,
      '{"test": 2432232314}',
    )
    expect(headers).to.deep.equal({
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    })
  })
})
