import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { natspecOf } from '../../scripts/reference/natspec.ts'
import { referencePages } from '../../scripts/reference/pages.ts'
import { root } from './support/markdown.ts'

const folder = join(root, 'docs', 'reference')

describe('the reference', function () {
  this.timeout(300_000)

  it('is what `npm run docs` writes from the code', async () => {
    const pages = await referencePages()
    for (const [name, text] of pages) {
      const written = readFileSync(join(folder, name), 'utf8')
      if (written === text) continue
      const lines = text.split('\n')
      const line = written.split('\n').findIndex((each, i) => each !== lines[i])
      expect(written.split('\n')[line], `docs/reference/${name}:${line + 1}: run \`npm run docs\``).to.equal(
        lines[line],
      )
    }
    expect(readdirSync(folder).toSorted()).to.deep.equal([...pages.keys()].toSorted())
    // What everybody looks for, so that a reader of the code that finds nothing is noticed.
    expect(pages.get('sdk.md'))
      .to.match(/^class MeshNetwork\b/m)
      .and.include('publishIntent(intent: IntentDraft')
      .and.include('async connect(')
    expect(pages.get('cli.md')).to.include('## mesh learn round\n')
    expect(pages.get('rest.md')).to.include('## GET /v1/trades\n')
    expect(pages.get('contracts.md')).to.match(/`open\(.+\) returns \(bytes32 id\)`: \w/)
  })

  it('has of a contract what NatSpec says of each declaration', () => {
    const notices = natspecOf(`
/// @title A
/// @notice Holds {B-money}
/// for long.
/// @dev Not this.
contract A {
    /// @notice One.
    uint256 public constant ONE = 1;
    /// @notice Puts in.
    function put(uint256 a, bytes calldata b)
    /// @notice Puts in nothing.
    function put() external;
    function silent() external;
    /// @dev Says nothing.
    event Gone(uint256 a);
`)
    expect(Object.fromEntries(notices)).to.deep.equal({
      'contract A': 'Holds `B-money` for long.',
      'function ONE': 'One.',
      'function put/2': 'Puts in.',
      'function put/0': 'Puts in nothing.',
    })
  })
})
