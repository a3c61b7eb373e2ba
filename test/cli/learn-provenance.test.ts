import { expect } from 'chai'
import { type ModelOrigin, signOrigin } from '../../agent/index.ts'
import { identityFromKey } from '../../agent/network/identity.ts'
import { temporaryDirectory } from '../community/temporary-file.ts'
import { mesh } from './mesh.ts'

const identity = identityFromKey(new Uint8Array(32).fill(0x11))
const digest = (byte: number) => `0x${byte.toString(16).padStart(2, '0').repeat(32)}` as const

const first: ModelOrigin = {
  model: digest(1),
  base: undefined,
  updates: [],
  rule: { name: 'he', parameters: { seed: 7 } },
}
const second: ModelOrigin = {
  model: digest(2),
  base: digest(1),
  updates: [{ content: digest(0xa1), agent: '0x00000000000000000000000000000000000000a1', weight: 1 }],
  rule: { name: 'trimmed-mean', parameters: { trim: 2 } },
}

describe('mesh learn provenance', function () {
  this.timeout(60_000)
  const files = temporaryDirectory()
  const run = (...args: string[]) => mesh(files.path('.'), 'learn', 'provenance', ...args)
  const envelopes = [second, first].map((origin) => signOrigin(origin, identity))

  before(() => {
    files.write('history.json', JSON.stringify(envelopes))
    files.write('second.json', JSON.stringify(envelopes[0]))
    files.write('none.json', '[]')
  })

  it('prints the history from the first model on', async () => {
    const { code, stdout } = await run('history.json', '--signer', identity.address.toLowerCase())
    expect(code).to.equal(0)
    expect(stdout.trimEnd().split('\n')).to.deep.equal([
      `${digest(2)}: 2 statements, signatures and links verified`,
      '',
      'step  model            updates  rule                  signer',
      `   0  0x01010101…0101        0  he, seed 7            ${identity.address}`,
      `   1  0x02020202…0202        1  trimmed-mean, trim 2  ${identity.address}`,
    ])
  })

  it('prints JSON', async () => {
    const { stdout } = await run('history.json', '--json')
    expect(JSON.parse(stdout)).to.deep.equal([
      { ...first, base: null, signer: identity.address },
      { ...second, signer: identity.address },
    ])
  })

  const faulty: Record<string, [args: string[], expected: string]> = {
    'a history with a link missing': [['second.json'], digest(1)],
    'another model': [['history.json', '--model', digest(3)], digest(3)],
    'a signer that is not trusted': [['history.json', '--signer', `0x${'00'.repeat(20)}`], 'trusted'],
    'a digest that is none': [['history.json', '--model', '0x12'], '--model'],
    'an address that is none': [['history.json', '--signer', 'me'], '--signer'],
    'a file without statements': [['none.json'], 'an empty list'],
  }
  for (const [what, [args, expected]] of Object.entries(faulty)) {
    it(`refuses ${what}, and exits with 1`, async () => {
      const { code, stdout, stderr } = await run(...args)
      expect({ code, stdout }).to.deep.equal({ code: 1, stdout: '' })
      expect(stderr).to.contain(expected)
    })
  }
})
