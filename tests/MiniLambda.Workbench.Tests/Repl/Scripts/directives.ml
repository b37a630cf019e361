.mode json
job list --function never-pushed
.mode table
.mode xml
.timer perhaps
.output $SCRATCH/out.txt
invoke hello -- "into the file"
.output $SCRATCH/none/out.txt
invoke hello -- "there too"
.output -
.context nowhere
.raed x
.read
.quit 300
exit 7
job list --function never-pushed
