import { expect } from 'chai'
import fc from 'fast-check'
import { sha256, toBytes } from 'viem'
import { checkCitation, Library } from '../../../agent/retrieval/index.ts'
import { passagesOf } from '../../../agent/retrieval/passages.ts'
import { failure } from '../../protocol/support/failure.ts'

const text = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 60 }),
      fc.constantFrom('\n\n', ' ', '\n \n', '🍎'.repeat(700)),
    ),
    {
      maxLength: 12,
    },
  )
  .map((parts) => parts.join(''))
  .filter((each) => each.isWellFormed())

describe('passages', () => {
  it('are bytes of the text, in order, with nothing but white space between them', () => {
    fc.assert(
      fc.property(text, (each) => {
        const bytes = toBytes(each)
        let at = 0
        for (const { text: passage, start, end } of passagesOf(each)) {
          expect(new TextDecoder().decode(bytes.subarray(at, start)).trim()).to.equal('')
          expect(new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes.subarray(start, end))).to.equal(
            passage,
          )
          expect(passage.trim()).to.equal(passage).and.not.equal('')
          expect(passage.length).to.be.at.most(1_000)
          at = end
        }
        expect(new TextDecoder().decode(bytes.subarray(at)).trim()).to.equal('')
      }),
    )
  })

  it('end between words where there are any, and never within a character', () => {
    const words = passagesOf('word '.repeat(300))
    expect(words.map(({ text: passage }) => passage.slice(-5))).to.deep.equal([' word', ' word'])
    const [first, second] = passagesOf(`x${'🍎'.repeat(600)}`)
    expect([first?.text.length, second?.text.startsWith('🍎')]).to.deep.equal([999, true])
  })
})

describe('a library', () => {
  const battery = 'No home has a battery.\n\nHome 2 has 5 kWp of solar panels.'
  const trips = 'A taxi drove 2 miles.\n\nAnother taxi waited.'

  it('finds passages by their words, the best first, and cites where they stand', () => {
    const library = new Library()
    const digest = library.add(battery, 'a report')
    library.add(trips, 'a list')
    const [first, ...others] = library.retrieve('which home has solar panels', 3)
    expect(first?.text).to.equal('Home 2 has 5 kWp of solar panels.')
    expect(first?.citation).to.deep.equal({
      ...{ content: digest, start: 24n, end: 57n, quote: first?.text, source: 'a report' },
    })
    expect(others.map(({ text: passage }) => passage)).to.deep.equal(['No home has a battery.'])
    expect(first?.score).to.be.above(others[0]?.score ?? Number.POSITIVE_INFINITY)
    expect(library.retrieve('zebra', 3)).to.deep.equal([])
    expect(library.retrieve('', 3)).to.deep.equal([])
  })

  it('scores by BM25+ as its paper has it', () => {
    const library = new Library()
    library.add('red red fox', 'a')
    library.add('fox den', 'b')
    // ln(1 + (N - n + 0.5) / (n + 0.5)) * (d + tf (k + 1) / (tf + k (1 - b + b length / mean))), with N 2, n 1 and tf 2; a length
    // is the number of different words, which is 2 of both.
    const [k, d] = [1.2, 0.5]
    const score = Math.log(1 + 1.5 / 1.5) * (d + (2 * (k + 1)) / (2 + k))
    expect(library.retrieve('red', 1)[0]?.score).to.be.closeTo(score, 1e-12)
  })

  it('looks each word of a question up once, and no more of them than it may', () => {
    const library = new Library()
    library.add('red red fox', 'a')
    library.add('fox den', 'b')
    const scoreOf = (question: string) => library.retrieve(question, 1)[0]?.score
    expect(scoreOf('Red, red! RED '.repeat(1000))).to.equal(scoreOf('red'))
    const words = Array.from({ length: 127 }, (_, index) => `word${index}`)
    expect(scoreOf(['red', ...words].join(' '))).to.be.above(0)
    expect(failure(() => scoreOf(['red', 'fox', ...words].join(' ')))).to.include({ field: 'question' })
  })

  it('finds no more of what was removed, and holds what is the same once', () => {
    const library = new Library()
    const digest = library.add(battery, 'a')
    expect(library.add(toBytes(battery), 'b'))
      .to.equal(digest)
      .and.equal(sha256(toBytes(battery)))
    expect([library.size, library.bytes]).to.deep.equal([1, battery.length])
    expect(library.remove(digest)).to.equal(true)
    expect(library.remove(digest)).to.equal(false)
    expect([library.size, library.bytes]).to.deep.equal([0, 0])
    expect(library.retrieve('battery', 1)).to.deep.equal([])
  })

  it('is bounded in documents and bytes, and takes text alone', () => {
    const library = new Library({ maxDocuments: 2, maxBytes: 10 })
    library.add('one', '')
    expect(failure(() => library.add('two three', ''))).to.include({ code: 'LIBRARY_FULL' })
    library.add('two', '')
    expect(failure(() => library.add('six', ''))).to.include({ code: 'LIBRARY_FULL' })
    expect(failure(() => new Library().add(Uint8Array.of(0xff), ''))).to.include({ field: 'content' })
    expect(failure(() => new Library().add('\ud800', ''))).to.include({ field: 'content' })
    expect(failure(() => new Library().add(' \n\n ', ''))).to.include({ field: 'content' })
    expect(failure(() => new Library().add('a', 'x'.repeat(257)))).to.include({ field: 'source' })
    for (const maxBytes of [0, 1.5, Number.NaN]) {
      expect(failure(() => new Library({ maxBytes }))).to.include({ field: 'maxBytes' })
    }
    for (const k of [0, -1, 1.5, Number.NaN]) {
      expect(failure(() => library.retrieve('one', k))).to.include({ field: 'k' })
    }
  })

  it('cites what anybody who has the document finds there, and what nobody can change', () => {
    fc.assert(
      fc.property(text, (each) => {
        fc.pre(/[a-z]/i.test(each) && each.trim() !== '')
        const library = new Library()
        const digest = library.add(each, '')
        const content = library.document(digest)?.content ?? new Uint8Array()
        for (const { citation } of library.retrieve(each.slice(0, 200), 5)) checkCitation(citation, content)
      }),
      { numRuns: 50 },
    )
    const library = new Library()
    library.add(battery, '')
    const [found] = library.retrieve('battery', 1)
    if (found === undefined) throw new Error('nothing found')
    const { citation } = found
    const wrong: [object, string, string?][] = [
      [{ quote: 'Each home has a battery.' }, 'quote'],
      [{ start: 1n }, 'quote'],
      [{ end: 1_000n }, 'end'],
      [{ start: 30n, end: 20n }, 'end'],
      [{}, 'content', `${battery} Or so.`],
    ]
    for (const [change, field, content = battery] of wrong) {
      expect(failure(() => checkCitation({ ...citation, ...change }, toBytes(content)))).to.include({
        code: 'CITATION_FALSE',
        field: `citation.${field}`,
      })
    }
  })
})
