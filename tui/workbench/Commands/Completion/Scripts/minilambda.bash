# Completion of minilambda for bash. Try it:   source <(minilambda completion bash)
# Keep it:   minilambda completion bash > ~/.local/share/bash-completion/completions/minilambda
# (without the package bash-completion: put the line with 'source' into ~/.bashrc)

_minilambda() {
    local line
    COMPREPLY=()
    while IFS= read -r line; do
        case $line in
            :files | :folders)
                local path kind=-f
                [[ $line == :folders ]] && kind=-d
                # Bash adds the slash of a folder, and quotes names, where it knows them for files.
                type compopt &>/dev/null && compopt -o filenames
                while IFS= read -r path; do
                    COMPREPLY+=("$path")
                done < <(compgen "$kind" -- "$2")
                ;;
            *) COMPREPLY+=("$line") ;;
        esac
    done < <("$1" complete bash -- "${COMP_LINE:0:COMP_POINT}" "$2" 2>/dev/null)
}

complete -F _minilambda minilambda
