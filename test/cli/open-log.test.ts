import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import { openLog, withoutSecrets } from '../../cli/open-log.ts'
import { temporaryDirectory } from '../community/temporary-file.ts'

describe('the log', () => {
  const files = temporaryDirectory()

  it('has nothing of a URL but where it leads', () => {
    const cases: [string, string][] = [
      ['https://eth.example/v3/SECRET', 'https://eth.example/…'],
      ['wss://user:SECRET@eth.example:8546/', 'wss://eth.example:8546/'],
      ['postgres://mesh:SECRET@db.example/mesh?options=x', 'postgres://db.example/…'],
      ['http://127.0.0.1:8545?key=SECRET', 'http://127.0.0.1:8545/…'],
      ['{"a":"https://x.example/SECRET","b":1}', '{"a":"https://x.example/…","b":1}'],
      ['http://127.0.0.1:8545', 'http://127.0.0.1:8545'],
      ['/v1/agents/{agentId} at 12:30', '/v1/agents/{agentId} at 12:30'],
      ['urn:mesh:problem:not-found', 'urn:mesh:problem:not-found'],
    ]
    for (const [said, logged] of cases) expect(withoutSecrets(said), said).to.equal(logged)
  })

  it('has the errors of providers, whose URLs hold keys, also where they are causes; in the file that it is told', () => {
    const file = files.path('logs/index.log')
    const log = openLog('info', file)
    const cause = new Error('HTTP request failed.\n\nURL: https://eth.example/v3/SECRET\nRequest body: {}')
    log.error({ err: new Error('The chain does not answer.', { cause }) }, 'the index stopped')
    log.debug('too much')
    const [line = '', ...more] = readFileSync(file, 'utf8').trim().split('\n')
    expect(more).to.deep.equal([])
    expect(JSON.parse(line)).to.include({ msg: 'the index stopped' })
    expect(line).to.include('https://eth.example/…').and.not.include('SECRET')
  })
})
