/** What the help of a command says below its options. */
export interface HelpText {
  /** What there is to know besides: paragraphs, lists. */
  notes?: string
  /** Command lines, each as it is typed. */
  examples: readonly string[]
}

/** The end of a command's help, of the same form for all: what there is to know, then examples. */
export function helpText({ notes, examples }: HelpText): string {
  const lines = examples.map((example) => `  $ ${example}`)
  return [...(notes === undefined ? [] : ['', notes.trim()]), '', 'Examples:', ...lines].join('\n')
}
