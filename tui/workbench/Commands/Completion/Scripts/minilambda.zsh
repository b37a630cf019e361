#compdef minilambda
# Completion of minilambda for zsh. Try it:   source <(minilambda completion zsh)
# Keep it:   minilambda completion zsh > "${fpath[1]}/_minilambda"   (or any other folder of $fpath)

_minilambda() {
    local line kind
    local -a found
    while IFS= read -r line; do
        case $line in
            :files | :folders) kind=$line ;;
            *) found+=("${${line//:/\\:}/$'\t'/:}") ;;
        esac
    done < <("${words[1]}" complete zsh -- "${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}" 2>/dev/null)
    local result=1
    (( ${#found} )) && _describe -V 'minilambda' found && result=0
    [[ $kind == :files ]] && _files && result=0
    [[ $kind == :folders ]] && _files -/ && result=0
    return result
}

# Called by zsh from a folder of $fpath, or read by 'source'.
if [[ ${funcstack[1]} == _minilambda ]]; then
    _minilambda "$@"
else
    (( ${+functions[compdef]} )) || { autoload -Uz compinit && compinit; }
    compdef _minilambda minilambda
fi
