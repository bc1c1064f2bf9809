import { closeSync, constants, open, openSync } from 'node:fs';
import { Socket } from 'node:net';
import { Readable } from 'node:stream';

const { O_NONBLOCK, O_WRONLY } = constants;

/** Milliseconds between two attempts to end the wait for a writer: it may not have begun yet. */
const PATIENCE = 10;

/**
 * A named pipe that can be left at any time. Opening one waits for a writer, and a `ReadStream` of it waits for bytes, in
 * a thread that nothing ends and that the process waits for at its own end. Here the bytes come by the event loop, and
 * the wait for a writer is ended by being one for a moment.
 */
export class NamedPipe extends Readable {
  private readonly path: string;
  private opening = false;
  private socket: Socket | null = null;

  constructor(path: string) {
    super();
    this.path = path;
  }

  override _construct(callback: (error?: Error | null) => void): void {
    if (this.destroyed) {
      callback();
      return;
    }
    this.opening = true;
    open(this.path, 'r', (error, descriptor) => {
      this.opening = false;
      if (error === null) this.listenTo(new Socket({ fd: descriptor, readable: true, writable: false }));
      callback(error);
    });
  }

  override _read(): void {
    this.socket?.resume();
  }

  override destroy(error?: Error): this {
    this.stopWaiting();
    return super.destroy(error);
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.socket?.destroy();
    callback(error);
  }

  private listenTo(socket: Socket): void {
    this.socket = socket.pause();
    socket.on('data', (bytes: Uint8Array) => {
      if (!this.push(bytes)) socket.pause();
    });
    socket.once('end', () => this.push(null));
    socket.once('error', (error) => this.destroy(error));
  }

  private stopWaiting(): void {
    if (!this.opening) return;
    try {
      closeSync(openSync(this.path, O_WRONLY | O_NONBLOCK));
    } catch {
      // Nobody reads yet, or it is not ours to write to.
    }
    setTimeout(() => this.stopWaiting(), PATIENCE);
  }
}
