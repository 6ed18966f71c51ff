export const shells = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof shells)[number];

/** The script for a shell. It asks `remuda __complete` for what fits; where nothing does, the shell completes files. */
export const completionScripts: Record<Shell, string> = {
  bash: `# bash completion of remuda. Load it with:  source <(remuda completion bash)
_remuda() {
  local line
  COMPREPLY=()
  # Bash breaks words at "=" and ":"; remuda wants them whole.
  local current="\${COMP_WORDS[COMP_CWORD]}"
  while IFS= read -r line; do
    COMPREPLY+=("$line")
  done < <(remuda __complete -- "\${COMP_WORDS[@]:1:COMP_CWORD-1}" "$current" 2>/dev/null)
}
complete -o bashdefault -o default -F _remuda remuda
`,
  zsh: `#compdef remuda
# zsh completion of remuda. Load it with:  source <(remuda completion zsh)
_remuda() {
  local -a found
  found=("\${(@f)$(remuda __complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  found=("\${(@)found:#}")
  if (( \${#found} )); then
    compadd -- "\${found[@]}"
  else
    _files
  fi
}
if [[ "\${funcstack[1]}" == "_remuda" ]]; then
  _remuda "$@"
else
  compdef _remuda remuda
fi
`,
  fish: `# fish completion of remuda. Load it with:  remuda completion fish | source
function __remuda_complete
    set -l words (commandline -opc)
    set -e words[1]
    remuda __complete -- $words (commandline -ct) 2>/dev/null
end
complete -c remuda -f -a '(__remuda_complete)'
complete -c remuda -l filename -s f -r -F
complete -c remuda -l apply -r -F
`,
};
