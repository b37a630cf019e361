# Completion of minilambda for fish. Try it:   minilambda completion fish | source
# Keep it:   minilambda completion fish > ~/.config/fish/completions/minilambda.fish

function __minilambda_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l program $words[1]
    set -e words[1]
    for line in ($program complete fish -- $words "$current" 2>/dev/null)
        switch $line
            case :files
                __fish_complete_path "$current"
            case :folders
                __fish_complete_directories "$current"
            case '*'
                echo $line
        end
    end
end

complete -c minilambda -f -a '(__minilambda_complete)'
