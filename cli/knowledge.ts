import { Command } from 'commander'
import { helpText } from './help-text.ts'
import type { DemoOptions } from './knowledge/demo.ts'
import { decimal } from './options.ts'

/** `mesh knowledge`: answers that are paid for once, and passed on. */
export function knowledgeCommand(onExit: (code: number) => void): Command {
  const demo = new Command('demo')
    .description(
      'ask the same thing three times, of three agents on a chain of their own, and print what each cost',
    )
    .option(
      '--question <interval>',
      'which slots of the shipped meter data: two instants with a slash between them',
      '2021-03-08T06:00Z/2021-03-08T12:00Z',
    )
    .option('--price <money>', 'what an answer costs at who computes it', decimal, '0.02')
    .option('--json', 'print JSON: money in minor units (millionths)')
    .addHelpText(
      'after',
      helpText({
        notes: `
One agent sells slices of meter data, signed, under a licence that lets buyers sell copies. A second one buys a slice; a third
one wants the same, finds by the capability data.load.copy that the second has it, and pays a tenth; the last time it asks, it
remembers. All of it runs over libp2p, and is paid through the escrow of a local chain. See docs/knowledge.md.`,
        examples: [
          'mesh knowledge demo',
          'mesh knowledge demo --question 2021-03-20T00:00Z/2021-03-21T00:00Z --price 0.05 --json',
        ],
      }),
    )
    .action(async (options: DemoOptions) => {
      const { demonstrate } = await import('./knowledge/demo.ts')
      onExit(await demonstrate(options))
    })
  return new Command('knowledge')
    .description('answers that are paid for once, and passed on')
    .addHelpText('after', helpText({ examples: ['mesh knowledge demo'] }))
    .addCommand(demo)
}
