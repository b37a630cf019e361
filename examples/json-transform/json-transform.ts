// Each argument picks a field of every record: NAME keeps it, NEW=NAME renames it, +NAME keeps it and adds it up.
import { Scanner } from "./scanner";

class Pick {
  readonly source: string;
  readonly target: string;
  readonly summed: bool;
  sum: f64 = 0;

  constructor(argument: string) {
    const summed = argument.startsWith("+");
    const text = summed ? argument.substring(1) : argument;
    const equals = text.indexOf("=");
    this.target = quoted(equals < 0 ? text : text.substring(0, equals));
    this.source = quoted(text.substring(equals + 1));
    this.summed = summed;
  }
}

function quoted(name: string): string {
  return '"' + name + '"';
}

function readAll(): string {
  let buffer = new ArrayBuffer(64 * 1024);
  let length = 0;
  for (let count = process.stdin.read(buffer); count > 0; count = process.stdin.read(buffer, length)) {
    length += count;
    if (length < buffer.byteLength) continue;
    const doubled = new ArrayBuffer(length * 2);
    memory.copy(changetype<usize>(doubled), changetype<usize>(buffer), length);
    buffer = doubled;
  }
  return String.UTF8.decodeUnsafe(changetype<usize>(buffer), length);
}

function readRecord(scanner: Scanner): Map<string, string> {
  const fields = new Map<string, string>();
  scanner.expect("{");
  if (scanner.take("}")) return fields;
  do {
    const name = scanner.string();
    scanner.expect(":");
    fields.set(name, scanner.value());
  } while (scanner.take(","));
  scanner.expect("}");
  return fields;
}

function transform(fields: Map<string, string>, picks: Pick[]): string {
  const kept: string[] = [];
  for (let p = 0; p < picks.length; p++) {
    const pick = picks[p];
    if (!fields.has(pick.source)) continue;
    const value = fields.get(pick.source);
    kept.push(pick.target + ":" + value);
    const number = pick.summed ? parseFloat(value) : NaN;
    if (!isNaN(number)) pick.sum += number;
  }
  return "{" + kept.join(",") + "}";
}

// Sums are told to two decimals, and whole ones carry none.
function numeral(value: f64): string {
  const rounded = Math.round(value * 100) / 100;
  return rounded == Math.trunc(rounded) ? (<i64>rounded).toString() : rounded.toString();
}

const picks = process.argv.slice(1).map<Pick>((argument) => new Pick(argument));
const scanner = new Scanner(readAll());
const rows: string[] = [];
scanner.expect("[");
if (!scanner.take("]")) {
  do rows.push("\n  " + transform(readRecord(scanner), picks));
  while (scanner.take(","));
  scanner.expect("]");
}
scanner.end();

const sums = picks.filter((pick) => pick.summed).map<string>((pick) => pick.target + ":" + numeral(pick.sum));
process.stdout.write('{"rows":[' + rows.join(",") + '\n],"sums":{' + sums.join(",") + "}}\n");
