import { expect } from 'chai'
import { sparingly } from '../../../cli/meter/sparingly.ts'
import { RefusedError } from '../../../protocol/errors.ts'

describe('faults of meters', () => {
  const fault = (field: string, received: string) =>
    new RefusedError('READING_INVALID', 'A payload is no reading.', {
      ...{ field, expected: 'a number', received },
      remedy: 'None.',
    })

  it('are said once a minute for each, with how many there have been', () => {
    const lines: string[] = []
    let now = 0
    const say = sparingly(
      (line) => lines.push(line),
      () => now,
    )
    say(fault('roof', 'on'))
    say(fault('cellar', 'off'))
    now = 59_999
    say(fault('roof', 'on'))
    now = 60_000
    say(fault('roof', 'out'))
    say(new Error('gone'))
    expect(lines).to.deep.equal([
      'READING_INVALID roof: on; expected a number',
      'READING_INVALID cellar: off; expected a number',
      'READING_INVALID roof: out; expected a number (3 so far)',
      'ERROR: gone',
    ])
  })
})
