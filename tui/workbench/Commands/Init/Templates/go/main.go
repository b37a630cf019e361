// Says hello to the world, or to whom the first argument names.
//
// stdin is the job's input, stdout its result, stderr its log, the exit code its outcome.
package main

import (
	"fmt"
	"os"
)

func main() {
	name := "world"
	if len(os.Args) > 1 {
		name = os.Args[1]
	}
	fmt.Printf("Hello, %s!\n", name)
}
