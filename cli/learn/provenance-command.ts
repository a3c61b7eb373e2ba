import { Command } from 'commander'
import { helpText } from '../help-text.ts'
import type { ProvenanceOptions } from './provenance.ts'

/** `mesh learn provenance`: where a model comes from. */
export function provenanceCommand(): Command {
  return new Command('provenance')
    .description('verify the signed history of a model, and print it from the first model on')
    .argument('<file>', 'JSON: an envelope, or a list of them in any sequence; -: stdin')
    .option('--model <digest>', 'whose history it has to be (default: the model that no other was made from)')
    .option('--signer <address...>', 'whom to believe (default: anybody; look at the column)')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      helpText({
        notes: `
Each statement names a model, the one that it was made from, the updates with their senders, and the rule of aggregation. What
is verified: the signatures, and that the statements lead back to a first model with none missing and none beside. That the
updates make the model is shown by aggregating them again. docs/learning.md has the format.`,
        examples: [
          'mesh learn provenance history.json',
          'mesh learn provenance history.json --signer 0x19E7E376E7C213B7E7e7e46cc70A5dD086DAff2A --json',
        ],
      }),
    )
    .action(async (file: string, options: ProvenanceOptions) => {
      const { printProvenance } = await import('./provenance.ts')
      printProvenance(file, options)
    })
}
