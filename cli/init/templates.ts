/** What `mesh init` makes: a folder of `templates/` each, and what it is in a few words. */
export const TEMPLATES = {
  'energy-seller': 'sells solar energy to homes, and to `mesh buy energy`',
  driver: 'bids for riders and drives them: see `mesh ride`',
  'data-service': 'sells answers, one by one, to whoever asks',
  trainer: 'trains models with others, and is paid for what its updates are worth',
} as const

export type TemplateName = keyof typeof TEMPLATES

export const templateNames = Object.keys(TEMPLATES) as TemplateName[]

/** The templates, a line each. */
export function describedTemplates(): string {
  const width = Math.max(...templateNames.map((name) => name.length))
  return templateNames.map((name) => `  ${name.padEnd(width)}  ${TEMPLATES[name]}`).join('\n')
}
