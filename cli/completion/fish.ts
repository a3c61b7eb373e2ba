import type { CompletedOption, Completions } from './words.ts'

/** The script that has fish complete the commands and options of `mesh`, with what each is. */
export function fishScript(all: readonly Completions[]): string {
  const paths = all.filter(({ path }) => path !== '').map(({ path }) => quoted(path))
  const lines = all.flatMap(({ path, commands, options }) => {
    const at = `complete -c mesh -n ${quoted(`__mesh_at ${quoted(path)}`)}`
    return [
      ...commands.map(({ name, description }) => `${at} -f -a ${quoted(name)} -d ${quoted(description)}`),
      ...options.map((option) => `${at} ${flagsOf(option)} -d ${quoted(option.description)}`),
    ]
  })
  return `# Completion of mesh for fish: mesh completion fish > ~/.config/fish/completions/mesh.fish
function __mesh_at
  set -l path
  for word in (commandline -opc)[2..]
    contains -- (string join ' ' $path $word) ${paths.join(' ')}; and set -a path $word
  end
  test (string join ' ' $path) = "$argv[1]"
end
${lines.join('\n')}
`
}

function flagsOf({ long, short, takesValue, choices }: CompletedOption): string {
  const shorter = short === undefined ? '' : ` -s ${short.replace(/^-/, '')}`
  const value = takesValue ? ' -r' : ''
  const values = choices.length > 0 ? ` -f -a ${quoted(choices.join(' '))}` : ''
  return `-l ${long.replace(/^--/, '')}${shorter}${value}${values}`
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}
