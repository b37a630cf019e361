// Says hello to the world, or to whom the first argument names.
//
// stdin is the job's input, stdout its result, stderr its log, the exit code its outcome.
fn main() {
    let name = std::env::args().nth(1).unwrap_or_else(|| "world".to_string());
    println!("Hello, {}!", name);
}
