invoke hello
invoke hello -- don't
invoke hello
