/** Examples below the help of a command, each as it is typed but for `mesh`. */
export function examples(...lines: string[]): string {
  return `\nExamples:\n${lines.map((line) => `  $ mesh ${line}`).join('\n')}`
}
