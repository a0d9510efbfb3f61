/**
 * What a shell runs when Tab is pressed. Each asks `intermodal __complete -- <words…>`, which answers a line for each
 * candidate, a tab between the word and what it is, and `:files` or `:folders` where the shell is to add its own.
 */
export const SCRIPTS = {
  // Bash breaks words at `=`, `:` and `@`: they are put together again, and of a candidate only what comes after is given.
  bash: `# bash completion for intermodal; made by: intermodal completion bash
_intermodal() {
  local raw=\${COMP_WORDS[COMP_CWORD]} before='' word='' prefix='' paths='' i
  local -a words=()
  for ((i = 1; i <= COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    if ((\${#words[@]} > 0)) && [[ $word == [=:@]* || $before == [=:@]* ]]; then
      words[\${#words[@]} - 1]+=$word
    else
      words+=("$word")
    fi
    before=$word
  done
  prefix=\${words[\${#words[@]} - 1]}
  [[ $raw == [=:@]* ]] || prefix=\${prefix%"$raw"}
  COMPREPLY=()
  while IFS= read -r word; do
    case $word in
      :*) paths=$word ;;
      *) word=\${word%%$'\\t'*} && COMPREPLY+=("\${word#"$prefix"}") ;;
    esac
  done < <("\${COMP_WORDS[0]}" __complete -- "\${words[@]}" 2>/dev/null)
  [[ -n $paths ]] || return 0
  [[ $raw != [=:@]* ]] || raw=''
  compopt -o filenames 2>/dev/null
  # Where nothing else fits, readline itself: it knows ~ and quotes.
  if ((\${#COMPREPLY[@]} == 0)); then
    [[ $paths == :folders ]] && compopt -o dirnames 2>/dev/null || compopt -o default 2>/dev/null
  fi
  local kind=-f
  [[ $paths == :folders ]] && kind=-d
  while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen $kind -- "$raw")
}
complete -F _intermodal intermodal
`,
  zsh: `#compdef intermodal
# zsh completion for intermodal; made by: intermodal completion zsh
_intermodal() {
  local line paths
  local -a values shown
  while IFS= read -r line; do
    case $line in
      :*) paths=$line ;;
      *)
        values+=("\${line%%$'\\t'*}")
        shown+=("\${line/$'\\t'/  -- }")
        ;;
    esac
  done < <("\${(Q)words[1]}" __complete -- "\${(@Q)words[2,CURRENT]}" 2>/dev/null)
  (( \${#values} )) && compadd -l -d shown -a values
  [[ -n $paths ]] || return 0
  compset -P '*='
  compset -P '@'
  if [[ $paths == :folders ]]; then _files -/; else _files; fi
}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then _intermodal "$@"; else compdef _intermodal intermodal; fi
`,
  fish: `# fish completion for intermodal; made by: intermodal completion fish
function __intermodal_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l before (string match -r '^[^=]*=@?' -- $current)
    set -l path (string replace -r '^[^=]*=@?' '' -- "$current")
    for line in ($words[1] __complete -- $words[2..-1] "$current" 2>/dev/null)
        switch $line
            case ':files'
                for found in (__fish_complete_path "$path")
                    echo "$before"$found
                end
            case ':folders'
                for found in (__fish_complete_directories "$path")
                    echo "$before"$found
                end
            case '*'
                echo $line
        end
    end
end
complete -c intermodal -f -a '(__intermodal_complete)'
`,
} as const;

export type Shell = keyof typeof SCRIPTS;
export const SHELLS = Object.keys(SCRIPTS) as readonly Shell[];
