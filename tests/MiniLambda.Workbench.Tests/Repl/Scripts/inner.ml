invoke hello -- "inner sees $name"
let name = "inner"
.read $SCRIPTS/outer.ml
functon list
