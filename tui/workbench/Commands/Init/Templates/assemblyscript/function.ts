// Says hello to the world, or to whom the first argument names.
//
// stdin is the job's input, stdout its result, stderr its log, the exit code its outcome.
const name = process.argv.length > 1 ? process.argv[1] : "world";
process.stdout.write("Hello, " + name + "!\n");
