/** One property of the contracts, and the contract below `proofs/` that states it by its only assertion. */
export interface Harness {
  /** Path of the file from the root. */
  file: string
  contract: string
  /** The property in words. */
  claim: string
  /** `bmc` takes each function by itself and cuts loops off; `chc` takes any number of calls. */
  engine: 'bmc' | 'chc'
  /** How many turns of a loop `bmc` follows; with less than the longest loop takes, it would prove too much. */
  loops: number
  /** A false property stands there to be refuted. */
  expected: 'proved' | 'refuted'
}

/** What a witness asserts, which nothing that gets there can satisfy. */
export const WITNESS = 'assert(false)'

/** The text of a tag in a doc comment, up to the next tag. */
function tagged(comment: string, tag: string): string | undefined {
  const text = comment.replaceAll(/^\/\/\/ ?/gm, '').match(new RegExp(`@${tag} ([^@]+)`))
  return text?.[1]?.replaceAll(/\s+/g, ' ').trim()
}

/**
 * Finds the properties of a file: its contracts that are not abstract.
 * @param file path of the file from the root
 * @param source its text
 * @returns them in the order of the file
 * @throws an Error when a contract does not say what it proves
 */
export function parseHarnesses(file: string, source: string): Harness[] {
  const declarations = source.matchAll(/^((?:\/\/\/.*\n)*)contract (\w+)/gm)
  return [...declarations].map(([, comment = '', contract = '']) => {
    const claim = tagged(comment, 'notice')
    if (claim === undefined) throw new Error(`${file}: ${contract} has no @notice: write what it proves`)
    return {
      file,
      contract,
      claim,
      engine: tagged(comment, 'custom:engine') === 'chc' ? 'chc' : 'bmc',
      loops: Number(tagged(comment, 'custom:loops') ?? 1),
      expected: tagged(comment, 'custom:expected') === 'refuted' ? 'refuted' : 'proved',
    }
  })
}

/**
 * What the engine is shown of a file: one harness, since it looks at all there is, with a witness behind the
 * assertion. That has to be refuted: otherwise nothing gets to the assertion, because the assumptions contradict each
 * other or a loop is cut off, or the engine does not look.
 * @param contract the harness
 * @param source the text of its file, each assertion on lines of its own
 * @returns the text without the other harnesses
 */
export function isolate(contract: string, source: string): string {
  return source
    .replaceAll(/^(?:\/\/\/.*\n)*contract (\w+)[\s\S]*?^}\n/gm, (text, name) =>
      name === contract ? text : '',
    )
    .replaceAll(/^ *assert\([^;]*;$/gm, (assertion) => `${assertion} ${WITNESS};`)
}
