;; Says hello to the world, or to whom the first argument names.
;;
;; stdin is the job's input, stdout its result, stderr its log, the exit code its outcome: all by WASI preview 1.
(module
  (import "wasi_snapshot_preview1" "args_sizes_get" (func $args_sizes_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "args_get" (func $args_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))

  (memory (export "memory") 1)
  (data (i32.const 16) "Hello, ")
  (data (i32.const 32) "world")
  (data (i32.const 48) "!\n")

  (func (export "_start")
    (local $name i32)
    (local.set $name (i32.const 32))

    ;; 0: how many arguments, 4: how many bytes they have. The first one is the function's own name.
    (drop (call $args_sizes_get (i32.const 0) (i32.const 4)))
    (if (i32.gt_u (i32.load (i32.const 0)) (i32.const 1))
      (then
        ;; Pointers to the arguments at 1024, the texts behind the pointers.
        (drop (call $args_get
          (i32.const 1024)
          (i32.add (i32.const 1024) (i32.mul (i32.const 4) (i32.load (i32.const 0))))))
        (local.set $name (i32.load (i32.const 1028)))))

    (call $print (i32.const 16))
    (call $print (local.get $name))
    (call $print (i32.const 48)))

  ;; Writes a text that ends with a zero byte to stdout.
  (func $print (param $text i32)
    (local $end i32)
    (local.set $end (local.get $text))
    (block $found
      (loop $next
        (br_if $found (i32.eqz (i32.load8_u (local.get $end))))
        (local.set $end (i32.add (local.get $end) (i32.const 1)))
        (br $next)))
    (i32.store (i32.const 0) (local.get $text))
    (i32.store (i32.const 4) (i32.sub (local.get $end) (local.get $text)))
    (drop (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))))
