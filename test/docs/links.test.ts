import { existsSync, statSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { expect } from 'chai'
import { allPages, parsePage, root, slugOf } from './support/markdown.ts'

const pages = allPages()
const byPath = new Map(pages.map((page) => [page.path, page]))

/** What is wrong with a link, if anything is. External ones are looked at, and not asked: a test needs no network. */
function faultOf(from: string, target: string): string | undefined {
  if (/^mailto:\S+@\S+$/.test(target)) return undefined
  if (/^[a-z][a-z+.-]*:/i.test(target)) {
    const url = URL.canParse(target) ? new URL(target) : undefined
    if (url === undefined || !['http:', 'https:'].includes(url.protocol)) return 'no URL of a page'
    return undefined
  }
  const [path = '', anchor] = target.split('#')
  const file = path === '' ? from : normalize(join(dirname(from), decodeURIComponent(path)))
  if (file.startsWith('..')) return 'leads out of the repository'
  if (!existsSync(join(root, file))) return 'there is no such file'
  if (anchor === undefined) return undefined
  if (statSync(join(root, file)).isDirectory()) return 'a folder has no headings'
  const page = byPath.get(file)
  if (page === undefined) return /^L\d+(-L\d+)?$/.test(anchor) ? undefined : 'no page with headings'
  return page.anchors.has(anchor) ? undefined : `no heading there: one of ${[...page.anchors].join(', ')}`
}

describe('links of the documentation', () => {
  it('lead to files and headings that there are', () => {
    const faults = pages.flatMap(({ path, links }) =>
      links.flatMap(({ target, line }) => {
        const fault = faultOf(path, target)
        return fault === undefined ? [] : [`${path}:${line}: ${target}: ${fault}`]
      }),
    )
    expect(faults.join('\n')).to.equal('')
    expect(pages.flatMap(({ links }) => links)).to.have.length.above(100)
  })

  it('reach every page under docs/ from its index', () => {
    const reached = new Set<string>()
    const visit = (path: string) => {
      if (reached.has(path)) return
      const page = byPath.get(path)
      // A folder that is linked shows what is in it.
      if (page === undefined) {
        for (const each of pages) if (dirname(each.path) === path) visit(each.path)
        return
      }
      reached.add(path)
      for (const { target } of page.links) visit(normalize(join(dirname(path), target.split('#')[0] ?? '')))
    }
    visit('docs/README.md')
    const lost = pages
      .map(({ path }) => path)
      .filter((path) => path.startsWith('docs/') && !reached.has(path))
    expect(lost).to.deep.equal([])
  })

  it('are told apart from what is no link, and headings from code', () => {
    const page = parsePage(
      'a.md',
      '# One `two` & [three](x.md)\n```sh\n# no heading\n[a](b)\n```\n`[a](c)` [d](e.md#f) <img src="g.png">\n# Same\n# Same',
    )
    expect([...page.anchors]).to.deep.equal(['one-two--three', 'same', 'same-1'])
    expect(page.links.map(({ target }) => target)).to.deep.equal(['x.md', 'e.md#f', 'g.png'])
    expect(page.snippets).to.deep.equal([
      { path: 'a.md', line: 2, language: 'sh', words: [], text: '# no heading\n[a](b)' },
    ])
  })

  it('with a fault are found', () => {
    expect(faultOf('docs/sdk.md', 'nowhere.md')).to.equal('there is no such file')
    expect(faultOf('docs/sdk.md', '#no-such-heading')).to.include('no heading there')
    expect(faultOf('docs/sdk.md', '../../x')).to.equal('leads out of the repository')
    expect(faultOf('docs/sdk.md', 'https//x')).to.equal('there is no such file')
    expect(faultOf('docs/sdk.md', 'javascript:alert(1)')).to.equal('no URL of a page')
    expect(slugOf('Where the key lives, and "why"?')).to.equal('where-the-key-lives-and-why')
  })
})
