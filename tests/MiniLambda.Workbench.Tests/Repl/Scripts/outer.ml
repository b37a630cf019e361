let name = "outer"
.read $SCRIPTS/inner.ml
invoke hello -- $name
.read $SCRIPTS/outer.ml
.read $SCRIPTS/missing.ml
.read $SCRIPTS
invoke hello -- end
