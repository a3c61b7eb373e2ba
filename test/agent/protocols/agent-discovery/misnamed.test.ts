import { expect } from 'chai'
import { misnamed } from '../../../../agent/protocols/agent-discovery/misnamed.ts'

describe('a query that finds nobody', () => {
  const told = (asked: string[], known: string[] = []) => misnamed(asked, known)?.remedy.split('?')[0]

  it('is told which names there are in the domain that it asks for', () => {
    expect(told(['energy'])).to.equal('Did you mean `energy.supply`')
    expect(told(['data'], ['data.fx', 'data.query', 'image'])).to.equal(
      'Did you mean `data.fx` or `data.query`',
    )
    expect(misnamed(['energy'], [])).to.include({ code: 'CAPABILITY_UNKNOWN', received: 'energy' })
  })

  it('is told the name that is spelt nearly like its own', () => {
    expect(told(['image-genration'], ['image-generation'])).to.equal('Did you mean `image-generation`')
  })

  it('is told so of each of its names', () => {
    expect(told(['data.fx', 'enrgy.supply'], ['data.fx'])).to.equal('Did you mean `energy.supply`')
  })

  it('is told nothing where the name is known, or nothing like it is', () => {
    expect(misnamed(['energy.supply', 'data.fx'], ['data.fx'])).to.equal(undefined)
    expect(misnamed(['image-generation'], ['data.fx'])).to.equal(undefined)
  })

  it('lists a few names, however many an agent makes up', () => {
    const known = Array.from({ length: 100 }, (_, index) => `data.n${index}`)
    expect(told(['data'], known)?.split(' or ')).to.have.length(5)
  })
})
