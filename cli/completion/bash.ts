import type { Completions } from './words.ts'

/** The script that has bash complete the commands and options of `mesh`; files where neither is expected. */
export function bashScript(all: readonly Completions[]): string {
  const paths = all.filter(({ path }) => path !== '').map(({ path }) => quoted(path))
  const words = all.map(({ path, commands, options }) => {
    const names = options.flatMap(({ long, short }) => (short === undefined ? [long] : [long, short]))
    return `    ${quoted(path)}) words=${quoted([...commands.map(({ name }) => name), ...names].join(' '))} ;;`
  })
  const values = all.flatMap(({ path, options }) =>
    options
      .filter(({ takesValue }) => takesValue)
      .map(({ long, choices }) => `    ${quoted(`${path} ${long}`)}) words=${quoted(choices.join(' '))} ;;`),
  )
  return `# Completion of mesh for bash: source <(mesh completion bash)
_mesh() {
  local current=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD - 1]} path= word words=
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "\${path:+$path }$word" in
    ${paths.join(' | ')}) path="\${path:+$path }$word" ;;
    esac
  done
  case "$path" in
${words.join('\n')}
  esac
  case "$path $before" in
${values.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _mesh mesh
`
}

/** The same for zsh, which runs what bash completes by. */
export function zshScript(all: readonly Completions[]): string {
  const [, ...lines] = bashScript(all).split('\n')
  return [
    '# Completion of mesh for zsh: source <(mesh completion zsh)',
    'autoload -U +X compinit && compinit',
    'autoload -U +X bashcompinit && bashcompinit',
    ...lines,
  ].join('\n')
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}
