job list | grep x
let id = $(submit hello)
repl
let x = verison
invoke hello -- $nobody
invoke hello -- ${?} "$_"
minilambda invoke hello -- "as pasted"
job list --limt 3
