// Walks JSON text (RFC 8259) and hands out values as slices of it, so that what is only passed on keeps its exact spelling.
export class Scanner {
  private at: i32 = 0;

  constructor(private readonly text: string) {}

  // Steps over `token` when it comes next.
  take(token: string): bool {
    this.skipSpace();
    if (!this.text.startsWith(token, this.at)) return false;
    this.at += token.length;
    return true;
  }

  expect(token: string): void {
    if (!this.take(token)) this.fail("expected '" + token + "'");
  }

  end(): void {
    this.skipSpace();
    if (this.at < this.text.length) this.fail("unexpected text after the end");
  }

  // The next value, whatever it is, as it is written.
  value(depth: i32 = 0): string {
    if (depth > 256) this.fail("nested too deeply");
    this.skipSpace();
    const start = this.at;
    const c = this.peek();
    if (c == 0x22) return this.string();
    if (c == 0x7b) this.members(depth);
    else if (c == 0x5b) this.elements(depth);
    else if (!this.take("true") && !this.take("false") && !this.take("null")) this.number();
    return this.text.substring(start, this.at);
  }

  // The next string with its quotes and escapes.
  string(): string {
    this.expect('"');
    const start = this.at - 1;
    while (this.peek() != 0x22) {
      if (this.peek() < 0x20) this.fail("unfinished string");
      this.at += this.peek() == 0x5c ? 2 : 1;
    }
    this.at++;
    return this.text.substring(start, this.at);
  }

  fail(message: string): void {
    process.stderr.write("json-transform: " + message + " at character " + (this.at + 1).toString() + "\n");
    process.exit(1);
  }

  private members(depth: i32): void {
    this.expect("{");
    if (this.take("}")) return;
    do {
      this.string();
      this.expect(":");
      this.value(depth + 1);
    } while (this.take(","));
    this.expect("}");
  }

  private elements(depth: i32): void {
    this.expect("[");
    if (this.take("]")) return;
    do this.value(depth + 1);
    while (this.take(","));
    this.expect("]");
  }

  private number(): void {
    if (this.peek() == 0x2d) this.at++;
    this.digits();
    if (this.peek() == 0x2e) {
      this.at++;
      this.digits();
    }
    if ((this.peek() | 0x20) == 0x65) {
      this.at++;
      if (this.peek() == 0x2b || this.peek() == 0x2d) this.at++;
      this.digits();
    }
  }

  private digits(): void {
    const start = this.at;
    while (this.peek() >= 0x30 && this.peek() <= 0x39) this.at++;
    if (this.at == start) this.fail("expected a value");
  }

  private skipSpace(): void {
    while (this.peek() == 0x20 || (this.peek() >= 0x09 && this.peek() <= 0x0d)) this.at++;
  }

  private peek(): i32 {
    return this.at < this.text.length ? this.text.charCodeAt(this.at) : -1;
  }
}
