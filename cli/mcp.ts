import { Command } from 'commander'
import { DEFAULT_API } from './api/client.ts'
import { helpText } from './help-text.ts'

/** `mesh mcp`: a market's tools for clients that start a program instead of asking a URL. */
export function mcpCommand(onExit: (code: number) => void): Command {
  return new Command('mcp')
    .description("a market's tools for a language model, over stdin and stdout (MCP)")
    .option('--api <url>', 'of the market', DEFAULT_API)
    .addHelpText(
      'after',
      helpText({
        notes: `
For clients that start a program; others ask the market itself, at /mcp of its API. It passes on, holds no key and signs nothing.

In a client's configuration, of an installed package, and of a clone:
  { "mcpServers": { "mesh-market": { "command": "npx", "args": ["mesh", "mcp"] } } }
  { "mcpServers": { "mesh-market": { "command": "node", "args": ["CLONE/scripts/launch.mjs", "mesh", "mcp"] } } }`,
        examples: ['mesh mcp', 'mesh mcp --api http://127.0.0.1:8787'],
      }),
    )
    .action(async (options: { api: string }) => {
      const { bridge } = await import('./mcp/bridge.ts')
      onExit(await bridge(options))
    })
}
