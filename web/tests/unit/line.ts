/** The browser's WebSocket as a test drives it. */
export class Line {
  static all: Line[] = [];
  onopen: (() => void) | null = null;
  onmessage: ((m: { data: string }) => void) | null = null;
  onclose: (() => void) | null = null;
  sent: { action: string; id: string; [field: string]: unknown }[] = [];
  closed = false;
  constructor(readonly address: string) {
    Line.all.push(this);
  }
  send(data: string): void {
    this.sent.push(JSON.parse(data) as { action: string; id: string });
  }
  close(): void {
    this.closed = true;
  }
  answer(index: number, frame: object = { type: "ack", result: {} }): void {
    this.onmessage?.({ data: JSON.stringify({ ...frame, id: this.sent[index]?.id }) });
  }
  push(frame: object): void {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }
}
