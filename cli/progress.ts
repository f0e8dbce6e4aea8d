/** Where progress is shown: standard error, so that what a command prints stays as it is. */
type Screen = Pick<NodeJS.WriteStream, "isTTY" | "write">;

/** Shows what long work waits for: on a terminal one line that is written over and ends empty, elsewhere a line for each new text. */
export class Progress {
  private shown = "";

  constructor(private readonly screen: Screen = process.stderr) {}

  show(text: string): void {
    if (text === this.shown) return;
    this.screen.write(this.screen.isTTY ? `\r${text.padEnd(this.shown.length)}` : `${text}\n`);
    this.shown = text;
  }

  end(): void {
    if (this.screen.isTTY && this.shown !== "") this.screen.write(`\r${" ".repeat(this.shown.length)}\r`);
    this.shown = "";
  }
}
