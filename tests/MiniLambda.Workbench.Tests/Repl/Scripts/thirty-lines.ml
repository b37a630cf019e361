# Thirty lines with variables, and a mistake in line 17.
function push $EXAMPLES/hello
function push $EXAMPLES/wordcount

let who = "Ada  Lovelace"
invoke hello -- "$who"
invoke hello -- $who

# A job's id, caught and used.
let id = submit hello --wait \
    -- "$who"
result $id
job wait $id

let count = invoke wordcount --input "$SCRIPTS/poem.txt"
invoke hello -- "$count"
invoke helo -- "$who"
invoke hello -- "after code $?"

# What failed has no value, and nothing runs with the wrong one.
let lost = submit helo
job wait $lost

let ids = submit --batch $SCRIPTS/batch.ndjson
job wait $ids
invoke hello -- '$who is $who'
invoke hello -- it\'s "\"quoted\"" # and a comment
invoke hello -- "
"
invoke hello -- last
